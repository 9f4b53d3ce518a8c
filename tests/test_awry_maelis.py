"""A Maelis that answers, but not what citizens need: it is down for them, and people are told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.models import Alert, Outage, Reachability, Regie
from passerelle_maelis_invoices.use_cases import breaker
from passerelle_maelis_invoices.use_cases.check_connector import Level, connector_status
from passerelle_maelis_invoices.use_cases.look_after import look_after
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices
from passerelle_maelis_invoices.use_cases.try_maelis_again import try_maelis_again
from tests.builders import a_connector, a_link, a_regie

NOW = datetime.fromisoformat('2026-03-02T10:00:00+01:00')
FAMILIES = ('1001', '1002', '1003')


@pytest.fixture
def clock(db: None) -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def regie(clock: Any, simulator: Simulator) -> Regie:
    connector = a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0)
    regie = a_regie('007', connector=connector)
    for family_id in FAMILIES:
        read(regie, family_id)
    return regie


def read(regie: Regie, family_id: str) -> None:
    read_invoices(regie=regie, family_ids=[family_id])


def look_for(clock: Any, length: timedelta) -> None:
    for _ in range(int(length / timedelta(seconds=20))):
        clock.shift(timedelta(seconds=20))
        look_after()


def alerts() -> list[str]:
    return list(Alert.objects.values_list('kind', flat=True))


def outage_lengths() -> list[timedelta]:
    return [outage.ended_at - outage.began_at for outage in Outage.objects.all()]


def test_lists_that_fail_for_an_hour_are_one_outage_even_if_the_regies_answer(
    regie: Regie, clock: Any, simulator: Simulator
) -> None:
    with simulator.fault('commit_then_500', operation='readInvoices'):
        for _ in range(60):
            read(regie, '1001')
            look_for(clock, timedelta(minutes=1))
        assert alerts() == ['maelis-down']
        assert outage_lengths() == []
    look_for(clock, timedelta(minutes=2))
    (length,) = outage_lengths()
    assert timedelta(minutes=60) <= length <= timedelta(minutes=62)
    assert not Alert.objects.filter(closed_at=None).exists()


def test_one_failure_and_no_more_readers_is_enough_to_find_an_outage(
    regie: Regie, clock: Any, simulator: Simulator
) -> None:
    with simulator.fault('commit_then_500', operation='readInvoices'):
        read(regie, '1001')
        look_for(clock, timedelta(minutes=7))
    assert alerts() == ['maelis-down']


def test_faults_for_everybody_are_an_outage_and_one_good_answer_ends_it(
    regie: Regie, clock: Any, simulator: Simulator
) -> None:
    with simulator.fault('unknown_fault', operation='readInvoices'):
        read(regie, '1001')
        look_for(clock, timedelta(minutes=10))
        assert 'Maelis répond, mais de travers' in Alert.objects.get().message
        status = connector_status(regie.connector)
        assert [check.name for check in status.checks if check.level is Level.CRITICAL] == ['outages']
    look_for(clock, timedelta(minutes=1))
    assert connector_status(regie.connector).ok
    assert len(outage_lengths()) == 1


def test_faults_are_an_outage_too_when_one_family_only_is_known(clock: Any, simulator: Simulator) -> None:
    regie = a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0))
    read(regie, '1001')
    with simulator.fault('unknown_fault'):
        for _ in range(10):
            read(regie, '1001')
            look_for(clock, timedelta(minutes=1))
    assert alerts() == ['maelis-down']


def test_faults_for_one_family_are_no_outage(regie: Regie, clock: Any, simulator: Simulator) -> None:
    with simulator.fault('unknown_fault', operation='readInvoices', family='1001'):
        for _ in range(20):
            for _ in range(4):
                read(regie, '1001')
            assert not breaker.known_down(regie.connector)
            look_for(clock, timedelta(minutes=1))
    assert (alerts(), outage_lengths()) == ([], [])


def test_families_that_maelis_does_not_know_are_no_outage(
    regie: Regie, clock: Any, simulator: Simulator
) -> None:
    strangers = ('2001', '2002', '2003')
    with simulator.fault('unknown_fault', operation='readInvoices'):
        for family_id in strangers * 2:
            with pytest.raises(Exception, match='exploitable'):
                read(regie, family_id)
    assert not Reachability.objects.filter(failures__gt=0).exists()


def test_one_family_s_fault_does_not_keep_the_others_from_finding_maelis_back(
    regie: Regie, clock: Any, simulator: Simulator
) -> None:
    simulator.down()
    for _ in range(breaker.FAILURES_TO_OPEN):
        read(regie, '1001')
    simulator.up()
    clock.shift(breaker.LONGEST_PAUSE)
    with simulator.fault('unknown_fault', operation='readInvoices', family='1001'):
        read(regie, '1001')
        clock.shift(breaker.LONGEST_PAUSE)
        for _ in range(3):
            read(regie, '1001')
        assert read_invoices(regie=regie, family_ids=['1002']).source == 'maelis'
    assert not breaker.known_down(regie.connector)


def test_a_linked_family_is_tried_when_no_list_was_ever_read(clock: Any, simulator: Simulator) -> None:
    regie = a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url))
    a_link(family='1001', connector=regie.connector)
    breaker.note_failure(regie.connector, 'muet')
    try_maelis_again(connector=regie.connector)
    assert simulator.calls() == {'readInvoices': 1}


def test_the_regies_are_tried_when_no_family_is_known(clock: Any, simulator: Simulator) -> None:
    connector = a_connector(wsdl_url=simulator.wsdl_url)
    breaker.note_failure(connector, 'muet')
    try_maelis_again(connector=connector)
    assert simulator.calls() == {'readRegieList': 1}
    assert Reachability.objects.get().failures == 0


def test_a_connector_page_shows_an_open_breaker_in_red(
    regie: Regie, simulator: Simulator, admin_client: Any
) -> None:
    with simulator.fault('unknown_fault'):
        for family_id in FAMILIES:
            read(regie, family_id)
    page = admin_client.get(
        reverse('admin:passerelle_maelis_invoices_connector_change', args=[regie.connector_id])
    )
    shown = page.context['maelis_checks'][-1]
    assert 'level-critical' in shown['badge']
    assert shown['message'].startswith('Maelis répond, mais de travers.')
    assert 'Maelis répond, mais de travers.' in page.content.decode()
