"""Accounts against Maelis's figures: each difference has its class, and what agrees has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.domain.reconciliation import Account, Kind, OurPayment, differences
from tests.promises.differences import compared
from tests.reconciliation.planted import (
    A_WHILE_AGO,
    JUST_NOW,
    LONG_AGO,
    NOW,
    PATIENCE,
    a_payment,
    an_account,
    plant,
)

TEN, TWENTY, ZERO = Decimal('10.00'), Decimal('20.00'), Decimal('0.00')


def found(account: Account) -> list[tuple[Kind, int, Decimal]]:
    return [(item.kind, item.key, item.amount) for item in differences(account, PATIENCE)]


def test_p20_exactly_what_was_planted_is_found() -> None:
    counts = compared(accounts=5000, planted=100, number=20260401)
    assert counts == {'accounts': 5000, 'planted': 100, 'missed': 0, 'invented': 0}


def test_p20_every_class_of_difference_is_planted() -> None:
    kinds = {kind for _, kind in plant(1, rows=100, differences=100)}
    assert kinds == {kind for kind in Kind if 'bank' not in kind.value}


def test_p20_a_difference_that_is_overlooked_and_one_that_is_not_there_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: every account is said to be like another one."""
    doubled = an_account(a_payment(1, TEN), paid=TWENTY)
    monkeypatch.setattr(
        'tests.promises.differences.differences', lambda account, patience: differences(doubled, patience)
    )
    counts = compared(accounts=200, planted=50, number=1)
    assert counts['missed'] and counts['invented']


@pytest.mark.parametrize(('age', 'kind'), [(JUST_NOW, None), (A_WHILE_AGO, Kind.LATE), (LONG_AGO, Kind.LOST)])
def test_what_is_not_shown_is_late_before_it_is_lost(age: timedelta, kind: Kind | None) -> None:
    account = an_account(a_payment(1, TEN, age=age, state=State.DELIVERED), paid=ZERO)
    assert found(account) == ([(kind, 1, -TEN)] if kind else [])


def test_what_was_shown_once_and_is_not_any_more_is_lost() -> None:
    account = an_account(a_payment(1, TEN, age=JUST_NOW, state=State.CONFIRMED), paid=ZERO)
    assert found(account) == [(Kind.LOST, 1, -TEN)]


def test_the_figures_are_told() -> None:
    difference = next(differences(an_account(a_payment(1, TEN, baseline=TEN), paid=TEN), PATIENCE))
    assert (difference.expected, difference.shown, difference.amount) == (TWENTY, TEN, -TEN)
    assert 'Maelis' in difference.kind.action


def test_several_lost_payments_are_each_named() -> None:
    payments = [
        a_payment(1, TEN),
        a_payment(2, TWENTY, baseline=TEN),
        a_payment(3, TEN, baseline=TWENTY + TEN),
    ]
    assert found(an_account(*payments, paid=TEN)) == [(Kind.LOST, 3, -TEN), (Kind.LOST, 2, -TWENTY)]


def test_what_may_still_come_is_waited_for() -> None:
    young = a_payment(2, TWENTY, baseline=TEN, age=JUST_NOW, state=State.DELIVERED)
    assert found(an_account(a_payment(1, TEN), young, paid=Decimal('15.00'))) == []


def test_a_reversed_payment_and_other_money_are_told_apart() -> None:
    gone = a_payment(1, TEN, state=State.REVERSED)
    account = an_account(gone, a_payment(2, TWENTY, baseline=TEN), paid=Decimal('33.00'))
    assert found(account) == [(Kind.REVERSED, 1, TEN), (Kind.ELSEWHERE, 2, Decimal('3.00'))]


def test_a_reversed_payment_that_a_person_found_removed_is_not_listed_again() -> None:
    gone = replace(a_payment(1, TEN, state=State.REVERSED), withdrawn=True)
    assert found(an_account(gone, paid=TEN)) == [(Kind.ELSEWHERE, 1, TEN)]


def test_money_beside_a_payment_that_never_left_comes_from_elsewhere() -> None:
    waiting = OurPayment(1, State.RECORDED, NOW, elsewhere=TEN)
    assert found(an_account(waiting, paid=TEN)) == []
    assert found(an_account(waiting, paid=TWENTY)) == [(Kind.ELSEWHERE, 1, TEN)]
    assert found(an_account(replace(waiting, elsewhere=None), paid=TWENTY)) == []


def test_a_reversed_payment_alone_needs_no_invoice() -> None:
    assert found(an_account(a_payment(1, TEN, state=State.REVERSED), paid=None)) == []
