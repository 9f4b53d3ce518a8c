"""A reconciliation as lines of text, for a terminal of any width."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..domain.french import euros
from ..models import Discrepancy, Reconciliation

TITLES = ('Écart', 'Facture', 'Transaction', 'Attendu', 'Montré', 'Différence')
BALANCE = {
    'accepted': 'accepté',
    'delivered': 'transmis',
    'pending': 'en cours',
    'needing_attention': 'à traiter',
    'reversed': 'annulé',
    'credited': 'avoirs',
}


def balance_lines(run: Reconciliation) -> Iterator[str]:
    """What became of the money of the period."""
    parts = [f'{label} {euros(Decimal(run.balance[name]))}' for name, label in BALANCE.items()]
    yield f'{parts[0]} = {" + ".join(parts[1:])}'


def discrepancy_lines(run: Reconciliation) -> Iterator[str]:
    """A table, then what to do about each kind of difference."""
    found = list(run.discrepancies.order_by('n'))
    if not found:
        yield 'Tout concorde.'
        return
    yield ''
    yield from _table([TITLES, *map(_cells, found)])
    yield ''
    for kind in dict.fromkeys(row.kind for row in found):
        first = next(row for row in found if row.kind == kind)
        yield f'{first.get_kind_display().capitalize()} : {first.action}'


def _cells(row: Discrepancy) -> tuple[str, ...]:
    return (
        row.get_kind_display(),
        row.invoice_id,
        row.reference,
        _euros(row.expected),
        _euros(row.shown),
        _euros(row.amount),
    )


def _euros(amount: Decimal | None) -> str:
    return '–' if amount is None else euros(amount)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(TITLES))]
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True)]
        amounts = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
        yield '  '.join([*names, *amounts]).rstrip()
