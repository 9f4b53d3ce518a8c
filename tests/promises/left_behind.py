"""What must be the same after an erasure, and what must not be found any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from passerelle_maelis_invoices.domain.paris import day_in_paris
from passerelle_maelis_invoices.models import Discrepancy, Reconciliation
from passerelle_maelis_invoices.use_cases.balance_payments import balance_by_day
from passerelle_maelis_invoices.use_cases.total_ledger import total_ledger
from passerelle_maelis_invoices.use_cases.verify_ledger import verify_ledger
from tests.promises.stage import Stage

Totals = dict[str, Any]


def totals(stage: Stage) -> Totals:
    """By régie and day; what the ledger adds up to, and that it can be proved."""
    today = day_in_paris(timezone.now())
    days = {'first_day': today - timedelta(days=400), 'last_day': today}
    regies = list(stage.regies.values())
    proofs = [proof for regie in regies for proof in verify_ledger(regie=regie)]
    assert [proof.lie for proof in proofs] == [None] * len(proofs), proofs
    return {
        'ledger': [(row.regie.code, row.period, row.total) for row in total_ledger(regies=regies, **days)],
        'proofs': [(proof.regie.code, proof.entries, proof.total, proof.last_hash) for proof in proofs],
        'balance': [balance_by_day(regie=regie, **days) for regie in regies],
        'compared': list(Reconciliation.objects.order_by('pk').values_list('payments', 'balance')),
        'differences': list(
            Discrepancy.objects.order_by('pk').values_list('kind', 'day', 'expected', 'shown', 'amount')
        ),
    }


def missing(words: list[str], folder: Path | None) -> list[str]:
    """Those found neither in a table nor in a file; ``None``: only tables are looked at."""
    texts = [*_tables(), *(_files(folder) if folder else ())]
    return [word for word in words if not any(word in text for text in texts)]


def _tables() -> Iterator[str]:
    """Every column of every row of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM {connection.ops.quote_name(table)}')  # noqa: S608
            for row in cursor.fetchall():
                yield f'{table} {row}'


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob('*'):
        if path.is_file():
            yield f'{path.name} {path.read_bytes().decode(errors="replace")}'
