"""The table of the simulator's faults, and how they are armed."""

import json
import time

import pytest
import requests

from demo.simulator.acts import ACTS
from demo.simulator.faults import FAULTS, Fault
from demo.simulator.process import Simulator
from tests.simulator.judge import verdict
from tests.simulator.soap import client, eventually, exchange, pay, read

PAYING = [fault for fault in FAULTS.values() if fault.paying]
NOT_COMMITTED = {
    'refuse', 'blackhole', 'hang', 'reset_before_commit', 'empty_202', 'html_200', 'redirect', 'other_word',
    'business_fault', 'unknown_fault', 'soap12_fault', 'fault_without_text',
}  # fmt: skip


def named(fault: Fault) -> str:
    return fault.name


def test_every_fault_of_the_table_has_its_act() -> None:
    assert set(ACTS) == {fault.name for fault in FAULTS.values() if not fault.whole_port}


def test_the_table_is_sound() -> None:
    for fault in FAULTS.values():
        assert (fault.paying is None) == ('payInvoices' not in fault.operations)
        assert (fault.reading is None) == (fault.operations == ('payInvoices',))
        assert not (fault.committed and fault.paying in (None, 'refused', 'never_left'))
    assert {fault.name for fault in PAYING if not fault.committed} == NOT_COMMITTED


@pytest.mark.parametrize('fault', PAYING, ids=named)
def test_a_payment_is_applied_exactly_when_the_table_says_so(simulator: Simulator, fault: Fault) -> None:
    with simulator.fault(fault.name):
        exchange(simulator, 'payInvoices', deadline=0.4)
    if fault.committed:
        assert eventually(lambda: len(simulator.journal()) == 1)
    assert len(simulator.journal()) == fault.committed


@pytest.mark.parametrize('fault', PAYING, ids=named)
def test_only_what_is_done_or_refused_looks_like_it(simulator: Simulator, fault: Fault) -> None:
    """Judged by an independent reader, which knows the schema and the codes of business refusals."""
    with simulator.fault(fault.name):
        outcome = exchange(simulator, 'payInvoices', deadline=0.6, limit=3_000_000)
    assert verdict(outcome) == fault.paying


def test_a_known_reference_is_refused(simulator: Simulator) -> None:
    simulator.fault('refuse_duplicate')
    assert verdict(exchange(simulator, 'payInvoices')) == 'done'
    assert verdict(exchange(simulator, 'payInvoices')) == 'refused'
    assert len(simulator.journal()) == 1


def test_a_fault_strikes_as_often_and_where_it_is_told(simulator: Simulator) -> None:
    simulator.fault('empty_202', operation='readInvoices', family='1001', times=2)
    assert exchange(simulator, 'readRegieList').status == 200
    statuses = [exchange(simulator, 'readInvoices').status for _ in range(3)]
    assert statuses == [202, 202, 200]
    simulator.fault('empty_202', family='1002')
    assert exchange(simulator, 'readInvoices').status == 200


def test_the_first_fault_that_fits_strikes(simulator: Simulator) -> None:
    simulator.control(faults=[{'mode': 'empty_202', 'times': 1}, {'mode': 'commit_then_500'}])
    assert [exchange(simulator, 'readInvoices').status for _ in range(2)] == [202, 500]


def test_chance_is_drawn_from_the_seed() -> None:
    def luck(seed: int) -> list[int]:
        with Simulator(seed=seed) as simulator:
            simulator.fault('empty_202', probability=0.5)
            return [exchange(simulator, 'readRegieList').status for _ in range(30)]

    assert luck(1) == luck(1)
    assert luck(1) != luck(2)
    assert set(luck(1)) == {200, 202}


def test_a_lie_is_possible(simulator: Simulator) -> None:
    simulator.fault('slow', ms=0, commit=False)
    assert verdict(exchange(simulator, 'payInvoices')) == 'done'
    assert simulator.journal() == []


def test_the_wsdl_can_be_struck_too(simulator: Simulator) -> None:
    with simulator.fault('html_200', operation='wsdl'):
        assert '<h1>Maintenance' in requests.get(simulator.wsdl_url, timeout=5).text
        assert exchange(simulator, 'readRegieList').status == 200
    with simulator.fault('html_200'):
        assert 'definitions' in requests.get(simulator.wsdl_url, timeout=5).text


def test_healing_leaves_the_books_alone(simulator: Simulator) -> None:
    service = client(simulator)
    pay(service)
    simulator.fault('empty_202')
    simulator.fault('refuse')
    simulator.heal()
    assert read(service)
    assert len(simulator.journal()) == 1


def test_what_was_under_way_at_a_reset_shows_nowhere(simulator: Simulator) -> None:
    with simulator.fault('late_commit', seconds=0.3):
        exchange(simulator, 'payInvoices')
    simulator.reset()
    time.sleep(0.6)
    assert simulator.journal() == []


def test_the_table_can_be_read_from_the_control_url(simulator: Simulator) -> None:
    assert {fault['name'] for fault in simulator.get('faults')} == set(FAULTS)
    assert json.dumps(simulator.state())
