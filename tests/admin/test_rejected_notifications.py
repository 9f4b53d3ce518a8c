"""A notification that nobody could read: a person completes it, or says that nothing came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from passerelle_maelis_invoices.models import Payment, RejectedNotification
from tests.admin.pages import HOME, said, text, words
from tests.admin.test_inbox import INBOX, a_rejected
from tests.builders import an_api_client, an_invoice

pytestmark = pytest.mark.django_db
GIVEN = {
    'invoice_id': '1312-30',
    'transaction_id': 'T-9',
    'amount': '12,50',
    'paid_at': '02/07/2026 14:30',
    'reason': 'retrouvé',
}


def page_of(rejected: RejectedNotification, action: str) -> str:
    return f'{HOME}/rejectednotification/{rejected.pk}/do/{action}/'


def do(client: Client, rejected: RejectedNotification, action: str, **fields: str) -> Any:
    page = client.get(page_of(rejected, action))
    form = {'version': page.context['version'], 'next': page.context['next'], **fields}
    answer = client.post(page_of(rejected, action), form, follow=True)
    rejected.refresh_from_db()
    return answer


@pytest.fixture(autouse=True)
def invoice() -> None:
    an_invoice('30', total='12.50')


def test_completed_it_becomes_a_payment_like_any_other(clerk: Client) -> None:
    rejected = a_rejected(client=an_api_client())

    answer = do(clerk, rejected, 'replay', **GIVEN)

    payment = Payment.objects.get()
    assert (payment.transaction_id, payment.invoice_id, payment.amount) == (
        'T-9',
        '1312-30',
        Decimal('12.50'),
    )
    assert payment.paid_at.isoformat() == '2026-07-02T12:30:00+00:00'
    assert (payment.notification, payment.client) == (rejected.body, rejected.client)
    event = payment.events.get()
    assert (event.event, event.actor) == ('recorded', 'camille')
    assert f'Notification rejetée nº {rejected.pk}' in event.reason
    assert 'retrouvé' in event.reason
    assert 'enregistré' in said(answer)


def test_it_is_then_dealt_with_and_says_by_whom(clerk: Client) -> None:
    rejected = a_rejected()

    do(clerk, rejected, 'replay', **GIVEN)

    assert rejected.settled_at is not None
    assert (rejected.settled_by, rejected.payment) == ('camille', Payment.objects.get())
    assert 'Rien à traiter' in text(clerk, INBOX)


def test_what_it_does_say_is_filled_in(clerk: Client) -> None:
    body = '{"transaction_id": " ", "amount": 12.5, "transaction_date": "2026-07-02T12:30:00"}'
    rejected = a_rejected(body, invoice_id='1312-30')

    page = clerk.get(page_of(rejected, 'replay')).content.decode()

    assert 'value="1312-30"' in page
    assert 'value="12,50"' in page
    assert 'value="02/07/2026 14:30"' in page


@pytest.mark.parametrize(
    'body',
    ['', '{', '[]', 'a=b&transaction_id=T', '\\x00', '{"amount": []}', '{"a":' * 9999, '{"a": "\\ud800"}'],
)
def test_whatever_came_the_form_can_be_filled_in(clerk: Client, body: str) -> None:
    assert clerk.get(page_of(a_rejected(body), 'replay')).status_code == 200


def test_done_twice_it_is_one_payment(clerk: Client) -> None:
    rejected = a_rejected()
    page = clerk.get(page_of(rejected, 'replay'))
    form = {'version': page.context['version'], **GIVEN}

    clerk.post(page_of(rejected, 'replay'), form)
    second = clerk.post(page_of(rejected, 'replay'), form, follow=True)

    assert 'elle n’a été faite qu’une fois' in said(second)
    assert Payment.objects.count() == 1


def test_a_transaction_that_the_portal_told_meanwhile_is_the_same_payment(clerk: Client) -> None:
    first, second = a_rejected(), a_rejected()

    do(clerk, first, 'replay', **GIVEN)
    do(clerk, second, 'replay', **GIVEN)

    assert Payment.objects.count() == 1
    assert first.payment == second.payment


@pytest.mark.parametrize(
    ('field', 'value'),
    [
        ('transaction_id', ' '),
        ('transaction_id', 'a\x07b'),
        ('transaction_id', 'x' * 201),
        ('invoice_id', '30'),
        ('amount', 'douze'),
        ('paid_at', 'hier'),
    ],
)
def test_what_cannot_be_recorded_is_told(clerk: Client, field: str, value: str) -> None:
    rejected = a_rejected()

    answer = do(clerk, rejected, 'replay', **{**GIVEN, field: value})

    assert answer.status_code == 200
    assert not Payment.objects.exists()
    assert rejected.settled_at is None


def test_without_amount_it_is_what_is_left_to_pay(clerk: Client) -> None:
    do(clerk, a_rejected(), 'replay', **{**GIVEN, 'amount': '', 'paid_at': ''})

    assert Payment.objects.get().amount == Decimal('12.50')


def test_nothing_came_of_it_and_somebody_says_why(clerk: Client) -> None:
    rejected = a_rejected()

    assert 'Ce champ est obligatoire' in words(do(clerk, rejected, 'dismiss', reason=''))
    do(clerk, rejected, 'dismiss', reason='essai du portail')

    assert (rejected.outcome, rejected.settled_by) == ('essai du portail', 'camille')
    assert not Payment.objects.exists()
    assert 'Rien à traiter' in text(clerk, INBOX)


def test_who_may_only_look_does_nothing(viewer: Client) -> None:
    rejected = a_rejected()

    for action in ('replay', 'dismiss'):
        assert viewer.get(page_of(rejected, action)).status_code == 403
        assert viewer.post(page_of(rejected, action), GIVEN).status_code == 403


def test_its_page_has_the_same_buttons_until_it_is_dealt_with(browser: Client) -> None:
    rejected = a_rejected()
    address = f'{HOME}/rejectednotification/{rejected.pk}/change/'

    assert 'do/replay/' in browser.get(address).content.decode()
    do(browser, rejected, 'dismiss', reason='essai')
    assert 'do/replay/' not in browser.get(address).content.decode()
    assert 'essai' in text(browser, address)
