from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle_maelis_invoices.domain.invoice import InvoiceFigures
from passerelle_maelis_invoices.domain.overlay import CountedPayment
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.domain.sending import Candidate, ToSend, Try, Unsendable, what_to_send

ZERO = Decimal('0.00')
INVOICE = InvoiceFigures('007', '30', '1312', 'Cantine', date(2026, 3, 1), None, Decimal('30.00'), ZERO)


def a_payment(
    allotted: str | None = '10.00', elsewhere: str | None = '0.00', earlier: Try | None = None
) -> Candidate:
    return Candidate(_decimal(allotted), _decimal(elsewhere), earlier)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def paid(amount: str, at_treasury: str = '0.00') -> InvoiceFigures:
    return replace(INVOICE, paid=Decimal(amount), paid_at_treasury=Decimal(at_treasury))


def test_what_was_allotted_is_sent() -> None:
    assert what_to_send(a_payment(), INVOICE, []) == ToSend(Decimal('10.00'), Decimal('10.00'), ZERO)


def test_a_payment_without_an_amount_sends_what_is_due() -> None:
    decision = what_to_send(a_payment(None), paid('12.00'), [])
    assert isinstance(decision, ToSend)
    assert decision.amount == decision.allotted == Decimal('18.00')


@given(
    allotted=st.decimals('0.01', '100.00', places=2),
    already=st.decimals('0.00', '100.00', places=2),
    other=st.decimals('0.01', '100.00', places=2),
)
def test_p7_no_more_than_what_is_due_is_sent(allotted: Decimal, already: Decimal, other: Decimal) -> None:
    others = [CountedPayment(State.DELIVERED, other)]
    decision = what_to_send(Candidate(allotted, None), replace(INVOICE, paid=already), others)
    if isinstance(decision, ToSend):
        assert decision.amount + max(already, other) <= INVOICE.total


def test_nothing_is_sent_when_nothing_is_due() -> None:
    assert what_to_send(a_payment(elsewhere='30.00'), paid('30.00'), []) is Unsendable.NOTHING_DUE


def test_an_earlier_try_that_shows_is_not_sent_again() -> None:
    earlier = Try(Decimal('10.00'), ZERO)
    assert what_to_send(a_payment(earlier=earlier), paid('10.00'), []) is Unsendable.FOUND
    assert what_to_send(a_payment(earlier=earlier), paid('12.00'), []) is Unsendable.UNDECIDED
    assert isinstance(what_to_send(a_payment(earlier=earlier), INVOICE, []), ToSend)


def test_p2_an_earlier_try_is_undecided_beside_one_that_is_held_but_not_shown() -> None:
    earlier = Try(Decimal('10.00'), ZERO, beside_one_not_shown=True)
    for figures in (INVOICE, paid('10.00')):
        assert what_to_send(a_payment(earlier=earlier), figures, []) is Unsendable.UNDECIDED


def test_treasury_money_does_not_hide_an_earlier_try() -> None:
    earlier = Try(Decimal('10.00'), ZERO)
    assert what_to_send(a_payment(earlier=earlier), paid('22.00', '12.00'), []) is Unsendable.FOUND


@pytest.mark.parametrize(('shown', 'sent'), [('10.00', False), ('15.00', False), ('9.99', True)])
def test_p19_money_that_may_be_the_payment_itself_stops_it(shown: str, sent: bool) -> None:
    decision = what_to_send(a_payment(), paid(shown), [])
    assert isinstance(decision, ToSend) if sent else decision is Unsendable.UNDECIDED


def test_an_invoice_not_known_when_recorded_cannot_tell_what_came_since() -> None:
    assert isinstance(what_to_send(a_payment(elsewhere=None), paid('10.00'), []), ToSend)


def test_our_own_other_payment_is_not_taken_for_money_from_elsewhere() -> None:
    others = [CountedPayment(State.CONFIRMED, Decimal('10.00'))]
    assert isinstance(what_to_send(a_payment(), paid('10.00'), others), ToSend)
