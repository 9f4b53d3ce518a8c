from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from passerelle_maelis_invoices.domain.invoice import InvoiceFigures, PaymentPolicy, split_invoice_id
from passerelle_maelis_invoices.domain.overlay import CountedPayment
from passerelle_maelis_invoices.domain.paris import day_in_paris
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.domain.show import PaymentMade, show_invoice

TODAY = date(2026, 3, 14)
INVOICE = InvoiceFigures(
    regie_code='007',
    number='30',
    family_id='1312',
    label='Cantine de mars',
    invoice_date=date(2026, 3, 1),
    due_date=TODAY,
    total=Decimal('42.00'),
    paid=Decimal('12.00'),
)
ANY_AMOUNT = PaymentPolicy()


def shown(payments: tuple[PaymentMade, ...] = (), *, policy: PaymentPolicy = ANY_AMOUNT, **changes):  # type: ignore[no-untyped-def]
    return show_invoice(replace(INVOICE, **changes), payments, policy=policy, today=TODAY)


def made(amount: str, state: State = State.RECORDED) -> PaymentMade:
    return PaymentMade(CountedPayment(state, Decimal(amount), Decimal('12.00')), TODAY)


def test_what_is_left_and_what_is_paid_add_up_to_the_total() -> None:
    invoice = shown()
    assert (invoice.remaining, invoice.paid) == (Decimal('30.00'), Decimal('12.00'))


def test_a_deadline_of_today_is_still_payable_and_yesterday_is_not() -> None:
    assert shown().not_payable is None
    assert shown(due_date=date(2026, 3, 13)).not_payable == 'past-due-date'
    assert shown(due_date=None).not_payable is None


@pytest.mark.parametrize(
    ('policy', 'reason'),
    [
        (PaymentPolicy(online=False), 'no-payment-system-configured'),
        (PaymentPolicy(minimum=Decimal('30.01')), 'amount-to-low'),
        (PaymentPolicy(minimum=Decimal('30.00')), None),
        (PaymentPolicy(maximum=Decimal('29.99')), 'amount-to-high'),
        (PaymentPolicy(maximum=Decimal('30.00')), None),
    ],
)
def test_the_regie_says_which_amounts_can_be_paid(policy: PaymentPolicy, reason: str | None) -> None:
    assert shown(policy=policy).not_payable == reason


@pytest.mark.parametrize(('total', 'paid'), [('0.00', '0.00'), ('-5.00', '0.00'), ('42.00', '50.00')])
def test_nothing_is_due_on_a_zero_negative_or_overpaid_invoice(total: str, paid: str) -> None:
    invoice = shown(total=Decimal(total), paid=Decimal(paid))
    assert (invoice.remaining, invoice.active, invoice.not_payable) == (0, False, 'nothing-due')
    assert invoice.remaining + invoice.paid == Decimal(total)


def test_a_payment_of_ours_settles_the_invoice_before_maelis_shows_it() -> None:
    invoice = shown((made('30.00'),))
    assert not invoice.active
    assert invoice.payment_pending
    assert invoice.payment_date == TODAY


def test_a_confirmed_payment_is_not_pending() -> None:
    assert not shown((made('30.00', State.CONFIRMED),)).payment_pending


def test_a_reversed_payment_reopens_the_invoice() -> None:
    invoice = shown((made('30.00', State.REVERSED),))
    assert invoice.remaining == Decimal('30.00')
    assert (invoice.payment_pending, invoice.payment_date) == (False, None)


def test_an_invoice_that_vanished_from_maelis_cannot_be_paid() -> None:
    vanished = show_invoice(INVOICE, [made('10.00')], policy=ANY_AMOUNT, today=TODAY, vanished=True)
    assert vanished.not_payable == 'litigation'


@pytest.mark.parametrize(
    ('moment', 'day'),
    [
        (datetime(2026, 3, 14, 22, 59, tzinfo=UTC), date(2026, 3, 14)),
        (datetime(2026, 3, 14, 23, 0, tzinfo=UTC), date(2026, 3, 15)),
        (datetime(2026, 7, 14, 21, 59, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), date(2026, 7, 15)),
    ],
)
def test_p17_a_day_ends_at_midnight_in_paris_summer_and_winter(moment: datetime, day: date) -> None:
    assert day_in_paris(moment) == day


@pytest.mark.parametrize(
    ('invoice_id', 'parts'),
    [
        ('1312-30', ('1312', '30')),
        ('1312-30-2', ('1312', '30-2')),
        ('30', ('', '30')),
        ('-30', ('', '-30')),
        ('1312-', ('', '1312-')),
    ],
)
def test_an_invoice_id_names_its_family(invoice_id: str, parts: tuple[str, str]) -> None:
    assert split_invoice_id(invoice_id) == parts
