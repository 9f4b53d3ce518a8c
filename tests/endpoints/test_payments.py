"""Payment notifications: recorded, acknowledged, never refused without being kept."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import OperationalError

from passerelle_maelis_invoices.errors import MisconfiguredConnector, StorageError
from passerelle_maelis_invoices.models import Payment, Regie, RejectedNotification
from tests.builders import NAME_ID, a_payment, a_regie, an_invoice
from tests.endpoints.conftest import Portal

PAY = 'regie/102/invoice/1312-30/pay/'
CARD = 'regie/102/invoice/pay/'
FORM = 'application/x-www-form-urlencoded'
ACKNOWLEDGED = {'data': {'id': '1312-30', 'transaction_id': 'T1'}, 'err': 0}


@pytest.mark.parametrize('slash', ['/', ''])
def test_a_payment_is_recorded_under_every_spelling(portal: Portal, regie: Regie, slash: str) -> None:
    an_invoice('30')
    body = {'transaction_id': 'T1', 'amount': '42.00', 'transaction_date': '2026-03-14T09:26:53'}
    first = portal.post(f'{PAY.rstrip("/")}{slash}', body, NameID='', email='')
    again = portal.post(f'{CARD.rstrip("/")}{slash}', body, invoice_id='1312-30')
    assert (first.status_code, first.json()) == (200, ACKNOWLEDGED)
    assert (again.status_code, again.content) == (200, first.content)
    payment = Payment.objects.get()
    assert (payment.amount, payment.regie, payment.client.name) == (Decimal('42.00'), regie, 'portal')
    assert json.loads(payment.notification) == body


def test_p1_a_paid_invoice_is_shown_paid_at_once(portal: Portal) -> None:
    an_invoice('30')
    portal.post(PAY, {'transaction_id': 'T1'})
    shown = portal.get('regie/102/invoice/1312-30/').json()['data']
    assert (shown['paid'], shown['online_payment'], shown['payment_pending']) == (True, False, True)


def test_p5_the_same_notification_again_has_the_same_answer_and_one_record(portal: Portal) -> None:
    an_invoice('30')
    answers = {portal.post(PAY, {'transaction_id': 'T1', 'amount': 42}).content for _ in range(5)}
    assert len(answers) == 1
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    'invoice',
    [
        None,
        {'paid': '42.00'},
        {'due': '2020-01-01'},
        {'total': '-5.00'},
        {'total': '0.00'},
        {'paid': '40.00'},
    ],
    ids=['unknown', 'paid', 'past due', 'credit', 'zero', 'part-paid'],
)
@pytest.mark.parametrize('amount', [None, '42.00', '0.01', '99999.99', 'douze', '-1'])
def test_p6_a_payment_is_recorded_whatever_the_invoices_state(
    portal: Portal, regie: Regie, invoice: dict[str, str] | None, amount: str | None
) -> None:
    if invoice is not None:
        an_invoice('30', **invoice)  # type: ignore[arg-type]
    answer = portal.post(PAY, {'transaction_id': 'T1', 'amount': amount})
    assert (answer.status_code, answer.json()) == (200, ACKNOWLEDGED)
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    'columns', [{'active': False}, {'online_payment': False}, {'maximum_amount': Decimal('1.00')}]
)
def test_p6_a_regie_that_no_longer_takes_payments_records_them(
    portal: Portal, columns: dict[str, Any]
) -> None:
    a_regie('102', **columns)
    an_invoice('30')
    assert portal.post(PAY, {'transaction_id': 'T1'}).json() == ACKNOWLEDGED


@pytest.mark.parametrize(
    'invoice_id', ['30', 'F10055641-671', 'é', 'a b', 'x' * 100, f'{"1" * 100}-{"2" * 100}']
)
def test_p6_any_id_that_can_be_stored_is_recorded(portal: Portal, invoice_id: str) -> None:
    answer = portal.post(f'regie/102/invoice/{quote(invoice_id)}/pay/', {'transaction_id': 'T1'})
    assert (answer.status_code, answer.json()['data']['id']) == (200, invoice_id)
    assert Payment.objects.get().invoice_id == invoice_id


def test_p6_a_user_who_is_named_changes_nothing(portal: Portal) -> None:
    an_invoice('30')
    assert portal.post(PAY, {'transaction_id': 'T1'}, NameID=NAME_ID).json() == ACKNOWLEDGED


def test_a_form_is_accepted(portal: Portal) -> None:
    an_invoice('30')
    assert portal.post(PAY, b'transaction_id=T1&amount=12.50', FORM).json() == ACKNOWLEDGED
    assert Payment.objects.get().amount == Decimal('12.50')


def test_what_cannot_be_read_is_flagged_and_kept(portal: Portal) -> None:
    an_invoice('30')
    portal.post(PAY, {'transaction_id': 'T1', 'amount': '12,50', 'transaction_date': 'hier'})
    payment = Payment.objects.get()
    assert {'unreadable-amount', 'unreadable-date'} <= set(payment.oddities)
    assert '12,50' in payment.notification and 'hier' in payment.notification


@pytest.mark.parametrize(
    ('body', 'reason'),
    [
        (b'{"transaction_id": "T1"', 'Le corps de la requête n’est pas du JSON lisible.'),
        (b'', 'Le corps de la requête n’est pas du JSON lisible.'),
        (b'\xff\0\xfe', 'Le corps de la requête n’est pas du JSON lisible.'),
        (b'{"amount": "42.00"}', 'Requête invalide : le champ « transaction_id » est obligatoire.'),
        (b'{"transaction_id": " "}', 'Requête invalide : le champ « transaction_id » est vide ou mal formé.'),
        (b'["T1"]', 'Le corps de la requête doit être un objet JSON.'),
    ],
)
def test_a_notification_that_says_too_little_is_refused_and_kept(
    portal: Portal, regie: Regie, body: bytes, reason: str
) -> None:
    answer = portal.post(PAY, body)
    assert answer.status_code == 400
    assert answer.json() == {'data': None, 'err': 1, 'err_class': 'bad-request', 'err_desc': reason}
    kept = RejectedNotification.objects.get()
    assert (kept.regie, kept.invoice_id, kept.client.name) == (regie, '1312-30', 'portal')
    assert kept.reason == reason
    assert kept.body == body.decode('utf-8', 'backslashreplace').replace('\0', r'\x00')
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    'invoice_id',
    ['x' * 101, f'1312-{"x" * 101}', f'{"1" * 101}-30', 'a%00b', '1312-3%0A0', 'x' * 500],
)
def test_an_id_that_no_row_could_hold_is_unknown_and_kept(portal: Portal, invoice_id: str) -> None:
    answer = portal.post(f'regie/102/invoice/{invoice_id}/pay/', {'transaction_id': 'T1'})
    assert (answer.status_code, answer.json()['err_class']) == (404, 'not-found')
    assert 'T1' in RejectedNotification.objects.get().body


def test_a_payment_of_no_invoice_is_refused_and_kept(portal: Portal) -> None:
    answer = portal.post(CARD, {'transaction_id': 'T1'})
    assert (answer.status_code, answer.json()['err_desc']) == (
        400,
        'Le paramètre « invoice_id » est obligatoire.',
    )
    assert 'T1' in RejectedNotification.objects.get().body


def test_a_body_that_is_too_large_is_refused_and_its_beginning_kept(portal: Portal, settings: Any) -> None:
    settings.MAELIS_INVOICES_MAX_NOTIFICATION_SIZE = 100
    answer = portal.post(PAY, {'transaction_id': 'T1', 'x': 'y' * 5000})
    assert (answer.status_code, answer.json()['err_desc']) == (
        400,
        'Le corps de la requête dépasse 100 octets.',
    )
    assert len(RejectedNotification.objects.get().body) == 101


def test_a_stranger_leaves_nothing_behind(portal: Portal) -> None:
    assert Portal(key='other').post(PAY, b'{').status_code == 403
    assert not RejectedNotification.objects.exists()


@pytest.mark.parametrize(
    ('failure', 'status'),
    [
        (StorageError(), 500),
        (OperationalError('disk I/O error'), 500),
        (RuntimeError('bug'), 500),
        (MisconfiguredConnector(), 503),
    ],
    ids=lambda value: type(value).__name__,
)
def test_p1b_a_payment_that_could_not_be_stored_is_not_acknowledged(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int
) -> None:
    def fail(**_: object) -> None:
        raise failure

    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.payments.record_payment', fail)
    answer = portal.post(PAY, {'transaction_id': 'T1'})
    assert (answer.status_code, answer.json()['err']) == (status, 1)
    assert 'disk' not in answer.content.decode() and 'bug' not in answer.content.decode()


def test_a_rejected_notification_that_could_not_be_kept_must_be_sent_again(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError('database is locked')

    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.payments.keep_rejected_notification', fail)
    assert portal.post(PAY, b'{').status_code == 500


def test_p4_a_payment_never_crosses_regies(portal: Portal) -> None:
    other = an_invoice('30', regie=a_regie('SEN'))
    a_payment(of=other)
    an_invoice('30')
    assert portal.get('regie/102/invoice/1312-30/').json()['data']['paid'] is False
