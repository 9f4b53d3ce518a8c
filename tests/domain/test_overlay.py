from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle_maelis_invoices.domain.overlay import CountedPayment, paid_amount, paid_elsewhere
from passerelle_maelis_invoices.domain.payment_states import State

AMOUNTS = st.decimals('0.01', '9999999.99', places=2)
FIGURES = st.decimals('0.00', '9999999.99', places=2)
STANDING = st.sampled_from([state for state in State if state is not State.REVERSED])


def payment(amount: str, state: State = State.RECORDED, elsewhere: str = '0.00') -> CountedPayment:
    return CountedPayment(state, Decimal(amount), Decimal(elsewhere))


def test_without_a_payment_of_ours_maelis_is_believed() -> None:
    assert paid_amount(Decimal('12.00'), []) == Decimal('12.00')


@given(total=AMOUNTS, maelis=FIGURES, state=STANDING)
def test_an_invoice_paid_in_full_stays_paid_whatever_maelis_says(
    total: Decimal, maelis: Decimal, state: State
) -> None:
    assert paid_amount(maelis, [CountedPayment(state, total)]) >= total


@given(elsewhere=FIGURES, amount=AMOUNTS, maelis=FIGURES, state=STANDING)
def test_a_part_payment_never_leaves_more_than_the_rest(
    elsewhere: Decimal, amount: Decimal, maelis: Decimal, state: State
) -> None:
    counted = [CountedPayment(state, amount, elsewhere)]
    assert paid_amount(maelis, counted) >= elsewhere + amount


@pytest.mark.parametrize('state', [State.DELIVERED, State.UNCERTAIN, State.SENDING, State.CONFIRMED])
def test_a_payment_that_maelis_shows_is_counted_once(state: State) -> None:
    assert paid_amount(Decimal('10.00'), [payment('10.00', state)]) == Decimal('10.00')


def test_money_from_the_counter_adds_to_a_payment_not_sent_yet() -> None:
    assert paid_amount(Decimal('20.00'), [payment('10.00', State.RECORDED)]) == Decimal('30.00')
    assert paid_amount(Decimal('20.00'), [payment('10.00', State.REFUSED)]) == Decimal('30.00')


def test_a_reversed_payment_counts_no_more() -> None:
    assert paid_amount(Decimal('0.00'), [payment('10.00', State.REVERSED)]) == Decimal('0.00')


def test_the_second_part_payment_remembers_the_first() -> None:
    first = payment('10.00', State.CONFIRMED)
    elsewhere = paid_elsewhere(Decimal('15.00'), [first])
    assert elsewhere == Decimal('5.00')
    second = CountedPayment(State.DELIVERED, Decimal('15.00'), elsewhere)
    assert paid_amount(Decimal('0.00'), [first, second]) == Decimal('30.00')


def test_what_we_paid_is_not_taken_for_money_from_elsewhere() -> None:
    assert paid_elsewhere(Decimal('10.00'), [payment('10.00', State.DELIVERED)]) == Decimal('0.00')
    assert paid_elsewhere(Decimal('0.00'), [payment('10.00', State.RECORDED)]) == Decimal('0.00')
