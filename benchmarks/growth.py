"""What one family's list costs the database, from ten thousand invoices to six million."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import town
from benchmarks.figure import Figure
from benchmarks.ground import Ground, Size
from passerelle_maelis_invoices.models import Regie
from passerelle_maelis_invoices.use_cases.show_invoices import show_lists

SIZES: dict[Size, tuple[int, ...]] = {
    'small': (10_000, 50_000),
    'usual': (10_000, 100_000, 1_000_000),
    'full': (10_000, 100_000, 1_000_000, 6_000_000),
}
PER_FAMILY = 20
SAMPLES = 60

#: The invoices of one family came on different days: they are far apart in the table.
FILL = """
INSERT INTO passerelle_maelis_invoices_invoice (regie_id, number, family_id, label, invoice_date, due_date,
    total, paid, paid_at_treasury, has_pdf, bean, bean_hash, changed_at)
{rows}
SELECT {{regie}}, CAST(n AS text), CAST({{start}} + n % {{families}} AS text), 'Cantine et périscolaire',
    {day}, '2099-12-31', 42, 0, 0, true, '{{bean}}', {hash}, CURRENT_TIMESTAMP
FROM numbers
"""
UP_TO = 'SELECT {start} UNION ALL SELECT n + 1 FROM numbers WHERE n < {end}'
FILLS = {
    'postgresql': FILL.format(
        rows='WITH numbers AS (SELECT generate_series({start}, {end}) AS n)',
        day="DATE '2024-01-01' + n % 700",
        hash='md5(n::text)',
    ),
    'sqlite': FILL.format(
        rows=f'WITH RECURSIVE numbers(n) AS ({UP_TO})',
        day="date('2024-01-01', (n % 700) || ' days')",
        hash="printf('%032x', n)",
    ),
}
#: So that SQLite fills six million rows in minutes: the file is thrown away.
IN_A_HURRY = ('journal_mode = OFF', 'synchronous = OFF', 'cache_size = -1000000')


def measure(ground: Ground) -> Iterator[Figure]:
    with ground.on_postgresql('growth') as available:
        if available:
            yield from _grown(ground, 'PostgreSQL: execution')
    with ground.on_sqlite('growth'):
        with connection.cursor() as cursor:
            for pragma in IN_A_HURRY:
                cursor.execute(f'PRAGMA {pragma}')
        yield from _grown(ground, 'SQLite: execution')


def _grown(ground: Ground, where: str) -> Iterator[Figure]:
    regie = town.a_regie('growth', wsdl_url=ground.wsdl_url)
    sizes, first = SIZES[ground.size], None
    for held, size in pairwise((0, *sizes)):
        families = (size - held) // PER_FAMILY
        _fill(regie, held + 1, size, families)
        cost = _lookup(regie, held + 1, families)
        first = first or cost
        what = f'a list among {size:_} invoices, {where}'.replace('_', ' ')
        yield Figure(what, cost, 'ms', first, f'among {sizes[0]:_}'.replace('_', ' '))


def _fill(regie: Regie, start: int, end: int, families: int) -> None:
    """Families are numbered from ``start`` on."""
    bean = json.dumps(town.bean(1)).replace("'", "''")
    fill = FILLS[connection.vendor].format(regie=regie.pk, start=start, end=end, families=families, bean=bean)
    with connection.cursor() as cursor:
        cursor.execute(fill)
        cursor.execute('VACUUM (ANALYZE)' if connection.vendor == 'postgresql' else 'ANALYZE')


def _lookup(regie: Regie, first: int, families: int) -> float:
    """Milliseconds that the database took, as a median over families."""
    execution = _told_by_postgresql if connection.vendor == 'postgresql' else _timed_on_sqlite
    sample = [str(first + rank * (families // SAMPLES)) for rank in range(SAMPLES)]
    return median(execution(regie, family) for family in sample)


def _told_by_postgresql(regie: Regie, family: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f'EXPLAIN (ANALYZE, FORMAT JSON) {_statement(regie, family)}')
        plan = cursor.fetchone()[0]
    return float(plan[0]['Execution Time'])


def _timed_on_sqlite(regie: Regie, family: str) -> float:
    """SQLite tells nothing: rows are fetched, and made into nothing else. It knows the statement by heart."""
    statement = _statement(regie, family).replace(f"'{family}'", '?')
    began = time.perf_counter()
    connection.connection.execute(statement, (family,)).fetchall()
    return (time.perf_counter() - began) * 1e3


def _statement(regie: Regie, family: str) -> str:
    with CaptureQueriesContext(connection) as captured:
        found = show_lists(regie, (family,))
    if len(found) != PER_FAMILY:
        raise RuntimeError(f'family {family} has {len(found)} invoices')
    sql: str = captured.captured_queries[0]['sql']
    return sql
