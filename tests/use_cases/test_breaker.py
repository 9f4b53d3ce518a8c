from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.errors import NeverLeft
from passerelle_maelis_invoices.models import Outage, Reachability, Regie
from passerelle_maelis_invoices.use_cases import breaker
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices

FAMILY = '1001'


@pytest.fixture
def read_once(regie: Regie) -> Regie:
    read_invoices(regie=regie, family_ids=[FAMILY])
    return regie


def fail(regie: Regie, times: int = breaker.FAILURES_TO_OPEN) -> None:
    for _ in range(times):
        read_invoices(regie=regie, family_ids=[FAMILY])


def test_once_maelis_is_known_to_be_down_it_is_not_asked(read_once: Regie, simulator: Simulator) -> None:
    with simulator.fault('commit_then_500', operation='readInvoices'):
        fail(read_once)
        calls = simulator.calls()['readInvoices']
        assert read_invoices(regie=read_once, family_ids=[FAMILY]).source == 'local'
        assert simulator.calls()['readInvoices'] == calls


def test_one_answer_in_between_is_enough_to_stay_closed(read_once: Regie, simulator: Simulator) -> None:
    for _ in range(breaker.FAILURES_TO_OPEN):
        with simulator.fault('commit_then_500', operation='readInvoices', times=1):
            fail(read_once, 1)
        fail(read_once, 1)
    assert not breaker.known_down(read_once.connector)
    assert Reachability.objects.get().failures == 0


def test_one_caller_tries_while_the_others_are_spared(read_once: Regie, simulator: Simulator) -> None:
    simulator.down()
    fail(read_once)
    with time_machine.travel(timezone.now() + breaker.LONGEST_PAUSE, tick=False):
        breaker.may_call(read_once.connector)
        with pytest.raises(NeverLeft):
            breaker.may_call(read_once.connector)


def test_the_one_that_finds_maelis_back_tells_the_others(read_once: Regie, simulator: Simulator) -> None:
    simulator.down()
    fail(read_once)
    simulator.up()
    with time_machine.travel(timezone.now() + breaker.LONGEST_PAUSE):
        assert read_invoices(regie=read_once, family_ids=[FAMILY]).source == 'maelis'
        breaker.may_call(read_once.connector)
    outage = Outage.objects.get()
    assert outage.who == Outage.MAELIS
    assert timedelta(0) < outage.ended_at - outage.began_at < 2 * breaker.LONGEST_PAUSE


def test_an_answer_that_cannot_be_used_does_not_open_it(read_once: Regie, simulator: Simulator) -> None:
    with simulator.fault('missing_element', operation='readInvoices', element='amountInvoice'):
        fail(read_once, 5)
    assert not breaker.known_down(read_once.connector)
