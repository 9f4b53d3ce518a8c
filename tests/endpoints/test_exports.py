"""Exports by API: for clients that have the right, each for its régies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from passerelle_maelis_invoices.models import Export, Regie
from passerelle_maelis_invoices.use_cases.make_exports import make_exports
from tests.builders import a_connector, a_payment, a_regie, an_api_client, an_invoice
from tests.endpoints.conftest import Portal

WANTED = {'regie': '102', 'kind': 'payments', 'format': 'csv'}
LIMITED = 'limited.example.org'


@pytest.fixture(autouse=True)
def export_dir(tmp_path: Path, settings: Any) -> Path:
    settings.MAELIS_INVOICES_EXPORT_DIR = str(tmp_path / 'exports')
    return tmp_path / 'exports'


@pytest.fixture
def finance(regie: Regie) -> Portal:
    """A client that may export."""
    an_api_client('finance', may_export=True)
    return Portal(orig='finance.example.org')


@pytest.fixture
def limited(regie: Regie) -> Portal:
    """One that may export one régie alone, which is not `regie`."""
    an_api_client('limited', may_export=True, regies=[a_regie('SEN')])
    return Portal(orig=LIMITED)


def data(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return answer.json()['data']


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    chunks: Iterator[bytes] = answer.streaming_content
    return b''.join(chunks)


def test_an_export_is_asked_for_followed_and_downloaded(finance: Portal, regie: Regie) -> None:
    a_payment(of=an_invoice(regie=regie))
    wanted = {**WANTED, 'from': '2020-01-01', 'to': '2099-12-31', 'family': '1312'}
    asked = data(finance.post('exports/', wanted))
    assert (asked['state'], asked['download'], asked['requested_by']) == ('pending', None, 'finance')
    assert (asked['from'], asked['to'], asked['family_id']) == ('2020-01-01', '2099-12-31', '1312')
    make_exports()
    made = data(finance.get(f'exports/{asked["id"]}/'))
    assert (made['state'], made['done'], made['total'], made['error']) == ('created', 1, 1, '')
    assert made['download'].endswith(f'/toulouse/exports/{asked["id"]}/download/')
    answer = finance.get(f'exports/{asked["id"]}/download/')
    content = body(answer)
    assert len(content) == made['size']
    assert b'T1' in content
    assert answer['Content-Type'] == 'text/csv; charset=utf-8'
    assert answer['Content-Disposition'].startswith('attachment; filename="payments-102-')
    assert answer['Cache-Control'] == 'no-store, private'


@pytest.mark.parametrize(
    ('change', 'field'),
    [
        ({'kind': 'everything'}, 'kind'),
        ({'format': 'doc'}, 'format'),
        ({'regie': ''}, 'regie'),
        ({'from': '07/04/2026'}, 'from'),
        ({'from': '2026-02-31'}, '2026-02-31'),
        ({'format': 'factur-x'}, 'factures et les avoirs'),
        ({'from': '2026-03-02', 'to': '2026-03-01'}, 'finit avant'),
        ({'kind': 'reconciliation'}, 'rapprochement'),
    ],
)
def test_a_bad_request_says_what_is_wrong(finance: Portal, change: dict[str, str], field: str) -> None:
    answer = finance.post('exports/', {**WANTED, **change})
    assert (answer.status_code, answer.json()['err_class']) == (400, 'bad-request')
    assert field in answer.json()['err_desc']
    assert not Export.objects.exists()


def test_without_the_right_nothing_is_told(portal: Portal, finance: Portal) -> None:
    asked = data(finance.post('exports/', WANTED))
    for answer in (
        portal.post('exports/', WANTED),
        portal.get('exports/'),
        portal.get(f'exports/{asked["id"]}/'),
        portal.get(f'exports/{asked["id"]}/download/'),
        portal.get('payments/'),
    ):
        assert (answer.status_code, answer.json()['err_class']) == (403, 'forbidden')


def test_p4_each_client_has_the_exports_of_its_regies_only(finance: Portal, limited: Portal) -> None:
    foreign = data(finance.post('exports/', WANTED))['id']
    own = data(limited.post('exports/', {**WANTED, 'regie': 'SEN'}))['id']
    make_exports()
    assert [item['id'] for item in data(limited.get('exports/'))] == [own]
    for tail in (f'exports/{foreign}/', f'exports/{foreign}/download/'):
        answer, unknown = limited.get(tail), limited.get(tail.replace(str(foreign), '999'))
        assert answer.status_code == unknown.status_code == 404
        assert answer.json() == unknown.json()
    assert limited.post('exports/', WANTED).status_code == 403
    assert limited.get('exports/', regie='102').status_code == 403
    assert sorted(item['id'] for item in data(finance.get('exports/'))) == [foreign, own]


def test_p4_another_connectors_exports_are_not_found(finance: Portal) -> None:
    other = a_connector('lyon')
    a_regie('102', connector=other)
    an_api_client('finance', may_export=True, connectors=[a_connector(), other])
    mine = data(finance.post('exports/', WANTED))['id']
    elsewhere = Portal('lyon', orig='finance.example.org')
    assert data(elsewhere.get('exports/')) == []
    assert elsewhere.get(f'exports/{mine}/').status_code == 404


def test_exports_are_found_by_state_regie_family_and_day(finance: Portal, limited: Portal) -> None:
    with time_machine.travel(datetime(2026, 3, 31, 22, 30, tzinfo=UTC), tick=False):
        first = data(finance.post('exports/', {**WANTED, 'family': '7'}))['id']
        make_exports()
    with time_machine.travel(datetime(2026, 4, 2, tzinfo=UTC), tick=False):
        second = data(finance.post('exports/', {**WANTED, 'regie': 'SEN'}))['id']

        def found(**query: str) -> list[int]:
            return [item['id'] for item in data(finance.get('exports/', **query))]

        assert found() == [second, first]
        assert found(status='created') == [first]
        assert found(status='pending') == [second]
        assert found(regie='SEN') == [second]
        assert found(family='7') == [first]
        assert found(between='2026-04-01,2026-04-01') == [first]
        assert found(between='2026-04-02,') == [second]
        assert found(between=',2026-03-31') == []


@pytest.mark.parametrize(
    'query',
    [
        {'status': 'lost'},
        {'between': 'yesterday'},
        {'between': '2026-3-1,'},
        {'between': '2026-04-31,'},
        {'limit': '-1'},
        {'after': '9' * 30},
        {'after': '²'},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(finance: Portal, query: dict[str, str]) -> None:
    answer = finance.get('exports/', **query)
    assert (answer.status_code, answer.json()['err_class']) == (400, 'bad-request')


@pytest.mark.parametrize('export_id', ['0', 'x', '9' * 30, '²', '-1', '%00'])
def test_an_id_that_no_export_has_is_not_found(finance: Portal, export_id: str) -> None:
    assert finance.get(f'exports/{export_id}/').status_code == 404


def test_a_file_that_is_not_there_is_not_found(finance: Portal, export_dir: Path) -> None:
    asked = data(finance.post('exports/', WANTED))['id']
    assert finance.get(f'exports/{asked}/download/').status_code == 404
    make_exports()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        answer = finance.get(f'exports/{asked}/download/')
        assert answer.status_code == 404
        assert 'pas disponible' in answer.json()['err_desc']
    [file] = export_dir.iterdir()
    file.unlink()
    assert 'redemandez' in finance.get(f'exports/{asked}/download/').json()['err_desc']


def test_payments_are_listed_page_by_page(finance: Portal, regie: Regie) -> None:
    invoice = an_invoice(regie=regie)
    for n in range(5):
        a_payment(f'T{n}', of=invoice, notification='{"secret": 1}')
    seen, after = [], ''
    while True:
        answer = finance.get('payments/', limit='2', after=after)
        assert len(data(answer)) <= 2
        seen += [item['transaction_id'] for item in data(answer)]
        after = str(answer.json()['meta']['next'] or '')
        if not after:
            break
    assert seen == [f'T{n}' for n in range(5)]
    assert 'secret' not in answer.content.decode()


def test_payments_are_found_by_state_regie_and_day(finance: Portal, regie: Regie) -> None:
    invoice = an_invoice(regie=regie)
    a_payment('old', of=invoice, received_at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    a_payment('new', of=invoice, received_at=datetime(2026, 3, 31, 22, 0, tzinfo=UTC), state='delivered')
    a_payment('other', of=an_invoice('31', regie=a_regie('SEN')))

    def found(**query: str) -> list[str]:
        return [item['transaction_id'] for item in data(finance.get('payments/', **query))]

    assert found() == ['old', 'new', 'other']
    assert found(state='delivered') == ['new']
    assert found(regie='SEN') == ['other']
    assert found(between='2026-04-01,2026-04-01') == ['new']
    assert found(between=',2026-03-31') == ['old']
    assert finance.get('payments/', state='lost').status_code == 400


def test_p4_payments_are_those_of_the_clients_regies(limited: Portal, regie: Regie) -> None:
    a_payment('foreign', of=an_invoice(regie=regie))
    a_payment('own', of=an_invoice('31', regie=a_regie('SEN')))
    assert [item['transaction_id'] for item in data(limited.get('payments/'))] == ['own']
    assert limited.get('payments/', regie='102').status_code == 403
