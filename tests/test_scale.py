"""A list is an index range, however many invoices there are, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passerelle_maelis_invoices.models import Regie
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices
from tests.builders import a_connector, a_list_read, a_regie
from tests.site import Site

INVOICES, FAMILIES = 100_000, 5_000
COLUMNS = (
    'regie_id, number, family_id, label, invoice_date, due_date, total, paid, paid_at_treasury, has_pdf, '
    'bean, bean_hash, changed_at'
)
#: Invoice ``n`` is of family ``n mod 5000``: the twenty of one family are far apart in the table.
VALUES = {
    'postgresql': "date '2024-01-01' + (n % 700)",
    'sqlite': "date('2024-01-01', (n % 700) || ' days')",
}
FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {invoices} - 1)
INSERT INTO passerelle_maelis_invoices_invoice ({columns})
SELECT {regie}, CAST(n AS text), CAST(n % {families} AS text), 'Cantine', {day}, NULL, 42, 0, 0, true,
    '{{}}', '', CURRENT_TIMESTAMP
FROM numbers
"""


@pytest.fixture
def regie(site: Site) -> Regie:
    """A hundred thousand invoices of five thousand families; the copies of families 0 and 1 are fresh."""
    regie = a_regie(connector=a_connector(fresh_for=10**6))
    for family in ('0', '1'):
        a_list_read(family, regie=regie)
    fill = FILL.format(
        invoices=INVOICES, families=FAMILIES, columns=COLUMNS, regie=regie.pk, day=VALUES[site.vendor]
    )
    with connection.cursor() as cursor:
        cursor.execute(fill)
        cursor.execute('ANALYZE')
    return regie


def plans(regie: Regie, families: list[str]) -> Iterator[tuple[str, str]]:
    """Each statement of a list and how the database goes about it."""
    with CaptureQueriesContext(connection) as captured:
        listing = read_invoices(regie=regie, family_ids=families)
    assert len(listing.invoices) == len(families) * INVOICES // FAMILIES
    explain = 'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f'{explain} {query["sql"]}')
            yield query['sql'], '\n'.join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize('families', [['0'], ['0', '1']])
def test_a_list_is_an_index_range(regie: Regie, families: list[str]) -> None:
    found = [
        plan for sql, plan in plans(regie, families) if 'FROM "passerelle_maelis_invoices_invoice"' in sql
    ]
    assert len(found) == 1
    assert 'maelis_invoice_family' in found[0]
    assert 'Seq Scan' not in found[0] and 'SCAN' not in found[0]


def test_the_list_of_one_family_needs_no_sorting(regie: Regie) -> None:
    found = [plan for sql, plan in plans(regie, ['0']) if 'FROM "passerelle_maelis_invoices_invoice"' in sql]
    assert 'Sort' not in found[0] and 'TEMP B-TREE' not in found[0]


def test_no_statement_of_a_list_loads_a_bean(regie: Regie) -> None:
    assert not any('"bean"' in sql for sql, _ in plans(regie, ['0']))
