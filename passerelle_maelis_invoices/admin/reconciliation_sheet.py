"""What a reconciliation's page shows: where the money is, what does not agree, what settles it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ..models import Discrepancy, Reconciliation
from .amounts import euros

BALANCE = {
    'accepted': 'accepté',
    'delivered': 'transmis à Maelis',
    'pending': 'en cours',
    'needing_attention': 'à traiter',
    'reversed': 'annulé',
    'credited': 'avoirs',
}


def sheet(run: Reconciliation) -> dict[str, Any]:
    found = list(run.discrepancies.select_related('payment').order_by('n'))
    return {
        'run': run,
        'balance': [(label, euros(Decimal(run.balance[name]))) for name, label in BALANCE.items()]
        if run.balance
        else [],
        'groups': [_group([row for row in found if row.kind == kind]) for kind in _kinds(found)],
        'count': len(found),
    }


def _kinds(found: Sequence[Discrepancy]) -> list[str]:
    """In the order in which they were found."""
    return list(dict.fromkeys(row.kind for row in found))


def _group(rows: Sequence[Discrepancy]) -> dict[str, Any]:
    return {
        'label': rows[0].get_kind_display(),
        'action': rows[0].action,
        'rows': [_row(row) for row in rows],
        'amount': euros(sum((row.amount for row in rows), Decimal('0.00'))),
    }


def _row(row: Discrepancy) -> dict[str, Any]:
    return {
        'payment_id': row.payment_id,
        'invoice_id': row.invoice_id or '–',
        'reference': row.reference or '–',
        'day': row.day,
        'expected': euros(row.expected),
        'shown': euros(row.shown),
        'amount': euros(row.amount),
    }
