"""Lists and details: who reads what, in both spellings."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from passerelle_maelis_invoices.models import Invoice, InvoiceList, Regie
from tests.builders import NAME_ID, a_link, a_list_read, a_payment, a_regie, an_invoice
from tests.endpoints.conftest import Portal

LISTS = {'active': ('invoices', 'invoice/current'), 'history': ('invoices/history', 'invoice/history')}
EVERY_LIST = [f'{tail}{slash}' for tails in LISTS.values() for tail in tails for slash in ('/', '')]


def numbers(answer: object) -> list[str]:
    return [invoice['display_id'] for invoice in answer.json()['data']]  # type: ignore[attr-defined]


@pytest.fixture
def invoices(regie: Regie) -> dict[str, Invoice]:
    """Of family 1312, to which a user is linked."""
    a_link()
    return {
        'due': an_invoice('30', date='2026-02-01'),
        'late': an_invoice('31', date='2026-03-01', due='2026-03-31'),
        'paid': an_invoice('28', date='2026-01-01', paid='42.00'),
        'credit': an_invoice('29', date='2026-01-15', total='-5.00'),
    }


@pytest.mark.parametrize('slash', ['/', ''])
@pytest.mark.parametrize('kind', ['active', 'history'])
def test_an_invoice_is_in_one_list_newest_first(
    portal: Portal, invoices: dict[str, Invoice], kind: str, slash: str
) -> None:
    expected = {'active': ['31', '30'], 'history': ['29', '28']}[kind]
    for tail in LISTS[kind]:
        assert numbers(portal.get(f'regie/102/{tail}{slash}', NameID=NAME_ID)) == expected


def test_a_list_says_where_it_comes_from_and_its_age(portal: Portal, regie: Regie) -> None:
    a_link()
    read_at = timezone.now().replace(microsecond=0) - timedelta(seconds=100)
    a_list_read(read_at=read_at)
    answer = portal.get('regie/102/invoices/', NameID=NAME_ID).json()
    assert answer['err'] == 0 and answer['data'] == []
    assert answer['meta']['source'] == 'local'
    assert datetime.fromisoformat(answer['meta']['as_of']) == read_at


@pytest.mark.parametrize(
    'user',
    [{}, {'NameID': '', 'email': ''}, {'NameID': 'unlinked'}, {'email': 'a@b.org'}, {'NameID': 'a\0b'}],
    ids=['nobody', 'empty', 'unlinked', 'email', 'zero byte'],
)
@pytest.mark.parametrize('tail', EVERY_LIST)
def test_without_a_known_user_a_list_is_empty(
    portal: Portal, invoices: dict[str, Invoice], tail: str, user: dict[str, str]
) -> None:
    answer = portal.get(f'regie/102/{tail}', **user)
    assert (answer.status_code, answer.json()['data'], answer.json()['err']) == (200, [], 0)
    assert datetime.fromisoformat(answer.json()['meta']['as_of']).tzinfo


def test_a_family_number_wins_over_a_user(portal: Portal, invoices: dict[str, Invoice]) -> None:
    an_invoice('50', family='2000')
    answer = portal.get('regie/102/invoices/', NameID=NAME_ID, payer_external_id='2000')
    assert numbers(answer) == ['50']


@pytest.mark.parametrize('payer', ['abc', '1312 ', 'a\0b', '-1', '9' * 40])
def test_a_family_number_that_is_none_has_no_invoices(portal: Portal, payer: str) -> None:
    assert portal.get('regie/102/invoices/', payer_external_id=payer).json()['data'] == []
    assert not InvoiceList.objects.exists()


def test_a_user_of_two_families_reads_both(portal: Portal, invoices: dict[str, Invoice]) -> None:
    a_link(family='2000')
    an_invoice('50', family='2000', date='2026-02-15')
    assert numbers(portal.get('regie/102/invoices/', NameID=NAME_ID)) == ['31', '50', '30']


def test_unknown_parameters_are_ignored(portal: Portal, invoices: dict[str, Invoice]) -> None:
    assert numbers(portal.get('regie/102/invoices/', NameID=NAME_ID, q='x', limit='1')) == ['31', '30']


def test_a_payment_that_maelis_does_not_show_yet_moves_the_invoice_to_the_history(
    portal: Portal, invoices: dict[str, Invoice]
) -> None:
    a_payment(of=invoices['due'])
    assert numbers(portal.get('regie/102/invoices/', NameID=NAME_ID)) == ['31']
    paid = portal.get('regie/102/invoice/1312-30/', NameID=NAME_ID).json()['data']
    assert (paid['paid'], paid['payment_pending'], paid['amount']) == (True, True, '0.00')


@pytest.mark.parametrize('slash', ['/', ''])
@pytest.mark.parametrize(
    'user', [{'NameID': NAME_ID}, {'payer_external_id': '1312'}, {'NameID': '', 'email': ''}, {}]
)
def test_an_invoice_is_the_same_in_its_list_and_alone(
    portal: Portal, invoices: dict[str, Invoice], slash: str, user: dict[str, str]
) -> None:
    listed = portal.get('regie/102/invoices/', NameID=NAME_ID).json()['data'][1]
    own = portal.get(f'regie/102/invoice/1312-30{slash}', **user).json()
    card = portal.get(f'regie/102/invoice/detail{slash}', invoice_id='1312-30', **user).json()
    assert own == card == {'data': listed, 'err': 0}


def test_an_invoice_by_its_card_name_needs_an_id(portal: Portal) -> None:
    answer = portal.get('regie/102/invoice/detail/')
    assert answer.status_code == 400
    assert answer.json()['err_desc'] == 'Le paramètre « invoice_id » est obligatoire.'


@pytest.mark.parametrize(
    'code', ['007', 'SEN', 'Été 2026', 'a&b', '102%', 'x' * 50], ids=lambda code: str(code)[:10]
)
def test_a_regie_code_is_text(portal: Portal, code: str) -> None:
    a_link()
    an_invoice('30', regie=a_regie(code))
    assert numbers(portal.get(f'regie/{quote(code)}/invoices/', NameID=NAME_ID)) == ['30']


@pytest.mark.parametrize(
    'user', [{'NameID': NAME_ID}, {'payer_external_id': '1312'}, {'NameID': 'unlinked'}, {'email': 'a@b.org'}]
)
@pytest.mark.parametrize('tail', ['', 'pdf/'])
def test_p4_somebody_elses_invoice_answers_byte_for_byte_like_an_unknown_one(
    portal: Portal, invoices: dict[str, Invoice], user: dict[str, str], tail: str
) -> None:
    an_invoice('50', family='2000')
    an_invoice('60', regie=a_regie('SEN'), family='1312')
    ids = (
        '2000-50',
        '2000-51',
        '1312-50',
        '1312-60',
        '1312-999',
        '50',
        'ab-cd',
        '-',
        '1312-',
        '9' * 300,
        'é',
        '%00',
    )
    answers = {
        (answer.status_code, answer.content, tuple(answer.headers.items()))
        for answer in (portal.get(f'regie/102/invoice/{id_}/{tail}', **user) for id_ in ids)
    }
    assert len(answers) == 1
    status, body, _ = answers.pop()
    assert status == 404
    assert 'vérifiez l’adresse, la régie et le numéro de facture' in body.decode()


def test_p4_an_invoice_of_another_regie_is_not_in_this_ones_lists(
    portal: Portal, invoices: dict[str, Invoice]
) -> None:
    an_invoice('30', regie=a_regie('SEN'), total='99.00')
    assert numbers(portal.get('regie/SEN/invoices/', NameID=NAME_ID)) == ['30']
    assert portal.get('regie/102/invoice/1312-30/', NameID=NAME_ID).json()['data']['total_amount'] == '42.00'


def test_a_family_never_read_while_maelis_is_down_is_a_business_error(portal: Portal, regie: Regie) -> None:
    a_link()
    answer = portal.get('regie/102/invoices/', NameID=NAME_ID)
    assert answer.status_code == 200
    assert (answer.json()['data'], answer.json()['err']) == (None, 1)
    assert 'Traceback' not in answer.content.decode() and 'SOAP' not in answer.content.decode()


def test_an_old_list_is_served_while_maelis_is_down(portal: Portal, regie: Regie) -> None:
    a_link()
    an_invoice('30')
    a_list_read(read_at=timezone.now() - timedelta(days=3))
    answer = portal.get('regie/102/invoices/', NameID=NAME_ID)
    assert numbers(answer) == ['30']
    assert answer.json()['meta']['source'] == 'local'
