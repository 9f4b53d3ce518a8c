"""P10 and P11: outages, poison, and the exact schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment
from tests.promises.actors import Actors, Clock, acting
from tests.promises.outages import moments, outage
from tests.promises.stage import Stage

A_MONTH = timedelta(days=30)


@pytest.fixture
def actors(stage: Stage) -> Iterator[Actors]:
    with acting(stage.site, Clock(), number=0) as actors:
        yield actors


@pytest.fixture
def payment(stage: Stage, actors: Actors) -> Payment:
    bill = stage.bills(['42.00'])[0]
    actors[0].do('ask', path=bill.pay_path, body={'transaction_id': 'T', 'amount': '42.00'})
    return Payment.objects.get(family_id=bill.family)


def test_p10_a_backlog_drains_oldest_first_whatever_one_payment_does(stage: Stage, number: int) -> None:
    outage(stage, payments=300, number=number).check()


def test_p11_a_definite_refusal_is_tried_three_times_and_then_never_again(
    stage: Stage, actors: Actors, payment: Payment
) -> None:
    stage.maelis.fault('business_fault', operation='payInvoices')
    _go_on_until(actors, payment, lambda: payment.state == State.REFUSED)
    assert payment.attention == Attention.REFUSED
    actors.clock.advance(A_MONTH)
    actors[0].do('do_round', actor='worker')
    assert stage.maelis.calls()['payInvoices'] == 3
    first, second, third = moments(payment, 'claimed')
    assert timedelta(minutes=8) <= second - first <= timedelta(minutes=12, seconds=5)
    assert timedelta(minutes=16) <= third - second <= timedelta(minutes=24, seconds=5)


def test_p11_a_maelis_that_is_down_is_tried_for_thirty_days_before_a_person_is_asked(
    stage: Stage, actors: Actors, payment: Payment
) -> None:
    """Every try of the first hours and of the last one; in between, one a day."""
    stage.maelis.down()
    pauses = [_next_try(actors, payment) for _ in range(12)]
    assert timedelta(seconds=12) <= pauses[0] <= timedelta(seconds=18)
    assert all(timedelta(minutes=24) <= pause <= timedelta(minutes=36) for pause in pauses[8:])
    while actors.clock.now < payment.received_at + A_MONTH - timedelta(days=1):
        actors.clock.advance(timedelta(days=1))
        assert _next_try(actors, payment) <= timedelta(minutes=36)
    actors.clock.now = payment.received_at + A_MONTH - timedelta(minutes=50)
    _go_on_until(actors, payment, lambda: bool(payment.attention))
    assert (payment.state, payment.attention) == (State.RECORDED, Attention.OUT_OF_PATIENCE)
    asked_after = moments(payment, 'never-left')[-1] - payment.received_at
    assert A_MONTH < asked_after < A_MONTH + timedelta(minutes=40)


def test_p11_an_unknown_outcome_is_not_sent_again_while_maelis_cannot_be_asked(
    stage: Stage, actors: Actors, payment: Payment
) -> None:
    stage.maelis.fault('reset_before_commit', operation='payInvoices', times=1)
    actors[0].do('do_round', actor='worker')
    with stage.maelis.fault('unknown_fault', operation='readInvoices'):
        for _ in range(31):
            actors.clock.advance(timedelta(days=1))
            actors[0].do('do_round', actor='worker')
        payment.refresh_from_db()
        assert payment.state == State.UNCERTAIN
        assert stage.maelis.calls()['payInvoices'] == 1
    _go_on_until(actors, payment, lambda: payment.state == State.CONFIRMED)
    assert len(stage.maelis.journal()) == 1


def _next_try(actors: Actors, payment: Payment) -> timedelta:
    """Lets it happen, no person being asked, and gives the pause that follows."""
    assert payment.next_attempt_at
    actors.clock.now = max(actors.clock.now, payment.next_attempt_at)
    actors[0].do('do_round', actor='worker')
    payment.refresh_from_db()
    assert not payment.attention and payment.next_attempt_at
    return payment.next_attempt_at - moments(payment, 'never-left')[-1]


def _go_on_until(actors: Actors, payment: Payment, over: Callable[[], bool]) -> None:
    """From one moment at which something is due to the next."""
    while not over():
        assert payment.next_attempt_at, payment.state
        actors.clock.now = max(actors.clock.now, payment.next_attempt_at)
        actors[0].do('do_round', actor='worker')
        payment.refresh_from_db()
