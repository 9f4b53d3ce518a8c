from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle_maelis_invoices.domain.money import (
    InvalidAmount,
    amount_text,
    parse_amount,
    round_amount,
)

CENTS = st.integers(-999_999_999_999, 999_999_999_999)


@given(CENTS)
def test_an_amount_written_out_reads_back_the_same(cents: int) -> None:
    amount = Decimal(cents) / 100
    assert parse_amount(amount_text(amount)) == amount
    assert amount_text(amount)[-3] == '.'


@pytest.mark.parametrize(
    'text', ['', ' ', 'douze', '42,00', 'NaN', 'Infinity', '1E400', '0.001', '12.505', '10000000000.00']
)
def test_what_is_no_amount_is_refused_and_never_rounded(text: str) -> None:
    with pytest.raises(InvalidAmount):
        parse_amount(text)


def test_an_amount_computed_in_binary_floating_point_is_rounded_to_the_cent() -> None:
    assert round_amount('12.499999999999998') == Decimal('12.50')
    assert round_amount('1.2E1') == Decimal('12.00')
    with pytest.raises(InvalidAmount):
        round_amount('NaN')


def test_zero_is_never_written_with_a_sign() -> None:
    assert amount_text(Decimal('-0.00')) == '0.00'
    assert amount_text(Decimal('1E+1')) == '10.00'
