"""What one family's list costs the database, from ten thousand invoices to six million."""

import json
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
SELECT %s, n::text, (%s + n %% %s)::text, 'Cantine et périscolaire', DATE '2024-01-01' + (n %% 700)::int,
    DATE '2099-12-31', 42, 0, 0, true, %s::jsonb, md5(n::text), now()
FROM generate_series(%s, %s) AS n
"""


def measure(ground: Ground) -> Iterator[Figure]:
    with ground.on_postgresql('growth') as available:
        if available:
            regie = town.a_regie('growth', wsdl_url=ground.wsdl_url)
            yield from _at_each_size(regie, SIZES[ground.size])


def _at_each_size(regie: Regie, sizes: tuple[int, ...]) -> Iterator[Figure]:
    first = None
    for held, size in pairwise((0, *sizes)):
        families = (size - held) // PER_FAMILY
        _fill(regie, held + 1, size, families)
        cost = _lookup(regie, held + 1, families)
        first = first or cost
        what = f'a list among {size:_} invoices, PostgreSQL: execution'.replace('_', ' ')
        yield Figure(what, cost, 'ms', first, f'among {sizes[0]:_}'.replace('_', ' '))


def _fill(regie: Regie, start: int, end: int, families: int) -> None:
    """Families are numbered from ``start`` on."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [regie.pk, start, families, json.dumps(town.bean(1)), start, end])
        cursor.execute('VACUUM (ANALYZE) passerelle_maelis_invoices_invoice')


def _lookup(regie: Regie, first: int, families: int) -> float:
    """Milliseconds that the server says it took, as a median over families."""
    return median(_execution(regie, str(first + rank * (families // SAMPLES))) for rank in range(SAMPLES))


def _execution(regie: Regie, family: str) -> float:
    with CaptureQueriesContext(connection) as captured:
        found = show_lists(regie, (family,))
    if len(found) != PER_FAMILY:
        raise RuntimeError(f'family {family} has {len(found)} invoices')
    with connection.cursor() as cursor:
        cursor.execute(f'EXPLAIN (ANALYZE, FORMAT JSON) {captured.captured_queries[0]["sql"]}')
        plan = cursor.fetchone()[0]
    return float(plan[0]['Execution Time'])
