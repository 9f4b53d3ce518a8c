"""A payment that is put right is not taken for money that was on its invoice before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.attention import Attention, Oddity
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment, Regie
from passerelle_maelis_invoices.use_cases.correct_payment import give_payment_amount, link_payment_to_invoice
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.builders import a_notice

FAMILY, NUMBER = '700001', '77'
INVOICE = f'{FAMILY}-{NUMBER}'
WHY = {'actor': 'Mme Durand', 'reason': 'relevé de la banque'}


@pytest.fixture
def town(regie: Regie, simulator: Simulator) -> Regie:
    """An invoice of 100.00, of which 30.00 were paid at the counter."""
    facts = {'amount': '100.00', 'deadline': '2099-12-31'}
    simulator.put_invoice(family=FAMILY, regie='007', number=NUMBER, **facts)
    simulator.add_money(regie='007', number=NUMBER, amount='30.00')
    return regie


def read(regie: Regie) -> None:
    read_invoices(regie=regie, family_ids=[FAMILY])


def paid(regie: Regie, *, to: str, **notice: Any) -> Payment:
    """After what was read, before what comes."""
    told = a_notice('T1', paid_at=timezone.now(), **notice)
    return record_payment(regie=regie, invoice_id=to, notice=told, client=None)


def unknown(regie: Regie) -> Payment:
    payment = paid(regie, to=f'{FAMILY}-404', amount='20.00')
    work(actor='worker')
    payment.refresh_from_db()
    assert payment.attention == Attention.UNKNOWN_INVOICE
    return payment


def unreadable(regie: Regie) -> Payment:
    payment = paid(regie, to=INVOICE, oddities=(Oddity.UNREADABLE_AMOUNT,))
    assert payment.attention == Attention.AMOUNT_UNREADABLE
    return payment


def after_work(payment: Payment) -> tuple[str, str]:
    work(actor='worker')
    payment.refresh_from_db()
    return payment.state, payment.attention


def test_one_linked_to_an_invoice_where_more_was_paid_before_is_sent(
    town: Regie, simulator: Simulator
) -> None:
    read(town)
    payment = unknown(town)
    link_payment_to_invoice(payment, invoice_id=INVOICE, **WHY)
    assert after_work(payment) == (State.DELIVERED, '')
    assert (payment.elsewhere, payment.sent_amount) == (Decimal(30), Decimal(20))


def test_one_given_its_amount_where_more_was_paid_before_is_sent(town: Regie, simulator: Simulator) -> None:
    read(town)
    payment = unreadable(town)
    give_payment_amount(payment, amount=Decimal('20.00'), **WHY)
    assert after_work(payment) == (State.DELIVERED, '')
    assert (payment.elsewhere, payment.sent_amount) == (Decimal(30), Decimal(20))


@pytest.mark.parametrize('read_again', [True, False])
def test_p2_money_that_came_since_the_citizen_paid_may_be_the_payment(
    town: Regie, simulator: Simulator, read_again: bool
) -> None:
    """Somebody may have entered it in Maelis by hand, before or after it is linked."""
    read(town)
    payment = unknown(town)
    simulator.add_money(regie='007', number=NUMBER, amount='20.00')
    if read_again:
        read(town)
    link_payment_to_invoice(payment, invoice_id=INVOICE, **WHY)
    assert after_work(payment) == (State.UNCERTAIN, Attention.UNDECIDED)
    assert simulator.journal() == []


def test_p2_on_an_invoice_that_was_never_read_any_money_may_be_the_payment(
    town: Regie, simulator: Simulator
) -> None:
    payment = unreadable(town)
    give_payment_amount(payment, amount=Decimal('20.00'), **WHY)
    assert after_work(payment) == (State.UNCERTAIN, Attention.UNDECIDED)
    last = payment.events.order_by('-n').first()
    assert last and last.reason == (
        'Jamais envoyé, mais Maelis montre 30.00 € payés : ce règlement y est peut-être déjà'
    )
    assert timezone.now() - payment.received_at < timedelta(hours=1)
