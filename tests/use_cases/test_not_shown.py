"""A payment that Maelis accepted and does not show: a person is asked, nothing is sent again by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import Event, State
from passerelle_maelis_invoices.errors import ForbiddenTransition
from passerelle_maelis_invoices.models import Alert, Payment, Reachability, Regie
from passerelle_maelis_invoices.use_cases.check_connector import Level, local_status
from passerelle_maelis_invoices.use_cases.look_after import look_after
from passerelle_maelis_invoices.use_cases.read_back_payment import read_back_uncertain
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.settle_uncertain_payment import (
    declare_held_by_maelis,
    declare_not_held_by_maelis,
)
from passerelle_maelis_invoices.use_cases.work import work
from tests.builders import a_notice
from tests.use_cases.test_read_back import fresh, pay

FAMILY = '700001'
FOR_EVER = 10**9
Clock = Any


@pytest.fixture
def clock(db: None) -> Iterator[Clock]:
    with time_machine.travel(timezone.now()) as clock:
        yield clock


@pytest.fixture
def accepted(clock: Clock, regie: Regie, simulator: Simulator) -> Payment:
    simulator.control(lag=FOR_EVER)
    pay(regie, simulator, FAMILY)
    work(actor='worker')
    return fresh(FAMILY)


@pytest.fixture
def not_shown(clock: Clock, accepted: Payment) -> Payment:
    go_on(clock, hours=26)
    payment = fresh(FAMILY)
    assert (payment.state, payment.attention) == (State.DELIVERED, Attention.NOT_SHOWN)
    return payment


def go_on(clock: Clock, *, hours: float) -> None:
    """As a worker does, at each moment at which something is due."""
    for _ in range(int(hours * 2)):
        clock.shift(timedelta(minutes=30))
        Payment.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())
        work(actor='worker')


def another(regie: Regie, transaction: str = 'T2', amount: str = '10.00') -> Payment:
    """A part of the same invoice, as Maelis has it now."""
    read_invoices(regie=regie, family_ids=[FAMILY])
    return record_payment(
        regie=regie, invoice_id=f'{FAMILY}-7{FAMILY}', notice=a_notice(transaction, amount), client=None
    )


def again(payment: Payment) -> Payment:
    return Payment.objects.select_related('regie__connector').get(pk=payment.pk)


def test_p2_after_a_day_of_answers_without_it_a_person_is_asked_with_both_figures(
    clock: Clock, regie: Regie, simulator: Simulator, accepted: Payment
) -> None:
    go_on(clock, hours=23)
    assert fresh(FAMILY).attention == ''
    go_on(clock, hours=3)
    payment, event = fresh(FAMILY), accepted.events.get(event=Event.SET_ASIDE)
    assert (payment.state, payment.attention, payment.asked) == (
        State.DELIVERED,
        Attention.NOT_SHOWN,
        True,
    )
    assert 'Maelis montrait 0.00 € payés ; il en montre maintenant 0.00' in event.reason
    look_after()
    assert Alert.objects.get().kind == Attention.NOT_SHOWN
    assert local_status(regie.connector).level is Level.WARNING
    assert len(simulator.journal()) == 1


def test_a_time_when_maelis_cannot_be_asked_does_not_count(
    clock: Clock, regie: Regie, simulator: Simulator, accepted: Payment
) -> None:
    simulator.down()
    go_on(clock, hours=48)
    simulator.up()
    Reachability.objects.all().delete()
    go_on(clock, hours=2)
    assert fresh(FAMILY).attention == ''
    go_on(clock, hours=6)
    assert fresh(FAMILY).attention == Attention.NOT_SHOWN


def test_it_clears_itself_when_maelis_shows_it_at_last(
    clock: Clock, simulator: Simulator, not_shown: Payment
) -> None:
    simulator.control(lag=0)
    go_on(clock, hours=0.5)
    payment = fresh(FAMILY)
    assert (payment.state, payment.attention, payment.asked) == (State.CONFIRMED, '', False)
    assert payment.seen_at


def test_p2_nothing_more_is_sent_of_it_or_behind_it_by_itself(
    clock: Clock, regie: Regie, simulator: Simulator, not_shown: Payment
) -> None:
    """For weeks; another payment of the invoice waits."""
    second = another(regie)
    for _ in range(20):
        clock.shift(timedelta(hours=23))
        go_on(clock, hours=0.5)
    assert (again(second).state, len(simulator.journal())) == (State.RECORDED, 1)
    assert not_shown.events.filter(event=Event.SET_ASIDE).count() == 1


def test_one_that_maelis_holds_is_done_and_the_next_one_of_its_invoice_leaves(
    clock: Clock, regie: Regie, simulator: Simulator, not_shown: Payment
) -> None:
    simulator.put_invoice(family=FAMILY, regie='007', number=f'7{FAMILY}', amount='40.00')
    second = another(regie)
    declare_held_by_maelis(not_shown, actor='Mme Durand', reason='vu dans Maelis')
    go_on(clock, hours=0.5)
    payment = fresh(FAMILY)
    assert (payment.state, payment.attention, payment.seen_at) == (State.CONFIRMED, '', None)
    assert again(second).state == State.DELIVERED
    assert [entry['reference'] for entry in simulator.journal()] == [f'T-{FAMILY}', 'T2']


@pytest.mark.parametrize('mode', ['commit_then_reset', 'reset_before_commit'])
@pytest.mark.parametrize('lag', [FOR_EVER, 0])
def test_p2_a_lost_answer_beside_one_that_is_held_but_not_shown_goes_to_a_person(
    clock: Clock, regie: Regie, simulator: Simulator, not_shown: Payment, mode: str, lag: int
) -> None:
    """Both are of 30.00: whatever the figure does, it may be for the other."""
    simulator.put_invoice(family=FAMILY, regie='007', number=f'7{FAMILY}', amount='60.00')
    declare_held_by_maelis(not_shown, actor='Mme Durand', reason='vu dans Maelis')
    second = another(regie, amount='30.00')
    with simulator.fault(mode, operation='payInvoices', times=1):
        work(actor='worker')
    simulator.control(lag=lag)
    second = again(second)
    assert second.state == State.UNCERTAIN
    read_back_uncertain(second, actor='worker')
    assert (second.state, second.attention) == (State.UNCERTAIN, Attention.UNDECIDED)


def test_one_that_maelis_does_not_hold_is_sent_again(
    clock: Clock, simulator: Simulator, not_shown: Payment
) -> None:
    declare_not_held_by_maelis(not_shown, actor='Mme Durand', reason='absent')
    go_on(clock, hours=0.5)
    assert len(simulator.journal()) == 2
    assert fresh(FAMILY).state == State.DELIVERED


def test_p2_one_that_shows_after_all_is_not_sent_again_whatever_was_said(
    clock: Clock, simulator: Simulator, not_shown: Payment
) -> None:
    declare_not_held_by_maelis(not_shown, actor='Mme Durand', reason='absent')
    simulator.control(lag=0)
    go_on(clock, hours=1)
    assert (fresh(FAMILY).state, len(simulator.journal())) == (State.CONFIRMED, 1)


def test_p2_nobody_sends_one_again_that_maelis_may_just_be_slow_to_show(accepted: Payment) -> None:
    with pytest.raises(ForbiddenTransition):
        declare_not_held_by_maelis(accepted, actor='Mme Durand', reason='absent')
    with pytest.raises(ForbiddenTransition):
        declare_held_by_maelis(accepted, actor='Mme Durand', reason='présent')
