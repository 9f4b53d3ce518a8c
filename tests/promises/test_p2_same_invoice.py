"""P2 where several payments move one figure: none may be taken for another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from passerelle_maelis_invoices.models import Payment
from tests.promises.actors import Actor, Actors, Clock, Own, acting
from tests.promises.stage import Bill, Stage

A_DAY = timedelta(days=1)


@pytest.fixture
def actors(stage: Stage) -> Iterator[Actors]:
    with acting(stage.site, Clock(), number=0) as actors:
        yield actors


@pytest.fixture
def bill(stage: Stage) -> Bill:
    return stage.bills(['42.00'])[0]


def test_p2_a_part_that_shows_late_is_not_taken_for_the_next_one(
    stage: Stage, actors: Actors, bill: Bill
) -> None:
    """The first is accepted but not shown yet; the second, of the same amount, never arrives."""
    _pay(actors[0], bill, 'first', '10.00')
    stage.maelis.control(lag=1000)
    actors[0].do('do_round', actor='worker')
    _pay(actors[0], bill, 'second', '10.00')
    with stage.maelis.fault('reset_before_commit', operation='payInvoices', times=1):
        actors[0].do('do_round', actor='worker')
        stage.maelis.control(lag=0)
        _work_for_days(actors, 3)
    _each_is_there_once(stage, bill, 'first', 'second')


def test_p2_a_part_sent_meanwhile_is_not_taken_for_a_lost_one(
    stage: Stage, actors: Actors, bill: Bill
) -> None:
    """The lost one is known to be absent and waits for its turn, when another of the same amount is sent."""
    _pay(actors[0], bill, 'first', '10.00')
    stage.maelis.fault('unknown_fault', operation='readInvoices', times=1)
    actors[0].do('do_round', actor='worker')
    _pay(actors[0], bill, 'second', '10.00')
    stage.maelis.fault('reset_before_commit', operation='payInvoices', times=1)
    actors[0].do('do_round', actor='worker')
    _work_for_days(actors, 3)
    _each_is_there_once(stage, bill, 'first', 'second')


def test_p2_parts_of_one_invoice_all_arrive(stage: Stage, actors: Actors, bill: Bill) -> None:
    for name in 'abcd':
        _pay(actors[0], bill, name, '10.00')
    for mode in ('commit_then_reset', 'reset_before_commit', 'commit_then_500', 'unknown_fault'):
        stage.maelis.fault(mode, operation='payInvoices', times=1)
    _work_for_days(actors, 12)
    _each_is_there_once(stage, bill, *'abcd')


def _pay(actor: Actor | Own, bill: Bill, transaction: str, amount: str) -> None:
    body = {'transaction_id': transaction, 'amount': amount}
    status, answer = actor.do('ask', path=bill.pay_path, body=body)
    assert status == 200, answer


def _work_for_days(actors: Actors, days: int) -> None:
    for _ in range(days):
        actors.clock.advance(A_DAY)
        actors[0].do('do_round', actor='worker')


def _each_is_there_once(stage: Stage, bill: Bill, *transactions: str) -> None:
    applied = stage.applied()
    times = {name: len(applied.get((bill.regie, bill.id, name), ())) for name in transactions}
    assert times == dict.fromkeys(transactions, 1), dict(
        Payment.objects.values_list('transaction_id', 'state')
    )
