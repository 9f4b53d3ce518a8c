"""How many statements a read costs: always the same number, whatever a family has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.models import Connector, FamilyLink, Invoice, InvoiceList, Regie
from passerelle_maelis_invoices.models.prepared import Changes, prepared, prepared_update
from tests.builders import NAME_ID, a_connector, a_link, a_payment, a_regie, an_api_client, an_invoice
from tests.endpoints.conftest import Portal

#: The client, its nonce, the régie with its connector and the client’s rights, the user’s families, when
#: their lists were read, their invoices, our payments.
STATEMENTS = 7
#: Beside those: the breaker (before the list is taken on, before the call, after it), the list (taken on,
#: dated, looked at again), the invoices that are held, the payments that wait to be shown.
TO_ASK = 8
LIST = 'regie/102/invoices/'
DAY = date(2026, 3, 1)
MORNING, NOON, EVENING = (datetime(2026, 4, 1, hour, 0, 0, 1, tzinfo=UTC) for hour in (6, 12, 18))


@pytest.fixture
def portal(db: None) -> Portal:
    a_connector()
    a_regie()
    an_api_client()
    a_link()
    return Portal()


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found.extend(query['sql'] for query in captured.captured_queries)


def asked(portal: Portal, tail: str = LIST, **query: str) -> list[str]:
    """The statements of one request that is answered."""
    with statements() as found:
        answer = portal.get(tail, **(query or {'NameID': NAME_ID}))
    assert answer.status_code == 200, answer.content
    return found


def without_transactions(found: list[str]) -> list[str]:
    return [sql for sql in found if not sql.startswith(('BEGIN', 'COMMIT', 'SAVEPOINT', 'RELEASE'))]


@pytest.mark.parametrize('count', [0, 1, 20, 200])
def test_a_fresh_list_costs_seven_statements_whatever_is_in_it(portal: Portal, count: int) -> None:
    an_invoice('0')
    for number in range(1, count + 1):
        a_payment(f'T{number}', of=an_invoice(str(number)))
    asked(portal)
    assert len(asked(portal)) == STATEMENTS


def test_it_costs_seven_for_a_user_of_several_families(portal: Portal) -> None:
    for family in ('1312', '1313', '1314'):
        a_link(family=family)
        an_invoice(family, family=family)
    assert len(asked(portal)) == STATEMENTS


def test_one_invoice_costs_what_its_list_costs(portal: Portal) -> None:
    an_invoice('30')
    assert len(asked(portal, 'regie/102/invoice/1312-30/')) == STATEMENTS


def test_an_agent_names_the_family_and_spares_a_statement(portal: Portal) -> None:
    an_invoice('30')
    assert len(asked(portal, payer_external_id='1312')) == STATEMENTS - 1


def test_without_nonces_a_read_writes_nothing(portal: Portal) -> None:
    an_invoice('30')
    with override_settings(MAELIS_INVOICES_CHECK_NONCES=False):
        found = asked(portal)
    assert len(found) == STATEMENTS - 1
    assert all(sql.startswith('SELECT') for sql in found)


def test_a_list_that_asks_maelis_costs_eight_more(portal: Portal, simulator: Simulator) -> None:
    a_regie('007')
    Connector.objects.update(wsdl_url=simulator.wsdl_url, fresh_for=0)
    FamilyLink.objects.update(family_id='1001')
    asked(portal, 'regie/007/invoices/')
    assert simulator.calls()['readInvoices'] == 1
    found = without_transactions(asked(portal, 'regie/007/invoices/'))
    assert simulator.calls()['readInvoices'] == 2
    assert len(found) == STATEMENTS + TO_ASK


def test_a_list_never_loads_beans(portal: Portal) -> None:
    an_invoice('30')
    assert not any('bean' in sql for sql in asked(portal))


def test_a_statement_is_written_once_and_run_with_other_values(db: None) -> None:
    written = []

    @prepared(Invoice)
    def numbers(regie_id: int, family_ids: tuple[str, ...]) -> Any:
        written.append(family_ids)
        return Invoice.objects.filter(regie=regie_id, family_id__in=family_ids).values_list('number', 'total')

    first, second = an_invoice('1', family='10'), an_invoice('2', family='20')
    for invoice in (first, second, first):
        expected = [(invoice.number, invoice.total)]
        assert numbers(invoice.regie_id, (invoice.family_id,)) == expected
    assert len(numbers(first.regie_id, ('10', '20'))) == 2
    assert numbers(0, ('10',)) == []
    assert len(written) == 2


def test_a_value_is_never_read_as_sql(db: None) -> None:
    @prepared(Regie)
    def codes(code: str) -> Any:
        return Regie.objects.filter(code=code).values_list('code')

    a_regie("'; DROP TABLE x; --%s")
    assert codes("'; DROP TABLE x; --%s") == [("'; DROP TABLE x; --%s",)]
    assert codes("' OR 1=1 --") == []


def test_a_change_is_written_once_and_made_with_other_values(db: None) -> None:
    written = []

    @prepared_update(InvoiceList)
    def dated(family_id: str, read_at: datetime, before: datetime, last: date | None) -> Changes:
        written.append(family_id)
        older = InvoiceList.objects.filter(family_id=family_id, read_at__lt=before)
        return older, {'read_at': read_at, 'last_invoice_date': last, 'last_error': ''}

    for family in ('10', '20'):
        InvoiceList.objects.create(regie=a_regie(family), family_id=family, read_at=MORNING, last_error='x')
    assert dated('10', EVENING, NOON, DAY) == 1
    assert dated('10', EVENING, NOON, None) == 0
    assert dated('20', EVENING, NOON, None) == 1
    stored = InvoiceList.objects.order_by('family_id').values_list(
        'read_at', 'last_invoice_date', 'last_error'
    )
    assert list(stored) == [(EVENING, DAY, ''), (EVENING, None, '')]
    assert len(written) == 1


def test_a_statement_outlives_its_connection(transactional_db: None) -> None:
    a_connector()
    a_link()

    @prepared(FamilyLink)
    def users_of(family_id: str) -> Any:
        return FamilyLink.objects.filter(family_id=family_id).values_list('name_id')

    family_id = FamilyLink.objects.get().family_id
    assert users_of(family_id) == [(NAME_ID,)]
    connection.close()
    assert users_of(family_id) == [(NAME_ID,)]
