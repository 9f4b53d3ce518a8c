"""The simulator as a process: who gets in, its doors, its counters, its end."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import zeep

from demo.simulator.process import ROOT, Simulator
from tests.simulator.soap import client, eventually, exchange, pay, read


@pytest.mark.parametrize('given', [('', ''), ('maelis', 'wrong'), ('other', 'sésame')])
def test_credentials_are_asked_for(given: tuple[str, str]) -> None:
    with Simulator(username='maelis', password='sésame') as simulator:
        pay(client(simulator, username='maelis', password='sésame'))
        with pytest.raises(zeep.exceptions.Fault) as refused:
            pay(client(simulator, username=given[0], password=given[1]))
        assert refused.value.code == 'wsse:FailedAuthentication'
        assert len(simulator.journal()) == 1


def test_it_goes_down_and_comes_back_at_the_same_address(simulator: Simulator) -> None:
    with requests.Session() as session:
        assert session.get(simulator.wsdl_url, timeout=5).ok
        simulator.down()
        assert exchange(simulator, 'readRegieList').end == 'refused'
        with pytest.raises(requests.ConnectionError):
            session.get(simulator.wsdl_url, timeout=5)
        assert simulator.state()['down'] is True
        simulator.up()
        assert session.get(simulator.wsdl_url, timeout=5).ok


def test_it_knows_how_many_calls_waited_together_at_most(simulator: Simulator) -> None:
    simulator.fault('slow', operation='readInvoices', ms=1500, times=3)
    with ThreadPoolExecutor(3) as pool:
        for answer in [pool.submit(exchange, simulator, 'readInvoices', deadline=10) for _ in range(3)]:
            answer.result()
    exchange(simulator, 'readInvoices')
    assert simulator.most_at_once('readInvoices') == 3
    assert simulator.most_at_once('payInvoices') == 0


def test_calls_one_after_another_never_wait_together(simulator: Simulator) -> None:
    for _ in range(20):
        exchange(simulator, 'readInvoices')
    assert simulator.most_at_once('readInvoices') == 1


def test_calls_are_counted(simulator: Simulator) -> None:
    service = client(simulator)
    read(service)
    read(service)
    pay(service)
    assert simulator.calls() == {'wsdl': 1, 'readInvoices': 2, 'payInvoices': 1}


@pytest.mark.parametrize(
    ('wish', 'reason'),
    [
        ({'mode': 'nonsense'}, 'mode must be one of'),
        ({'mode': 'slow', 'seconds': 3}, 'slow does not know'),
        ({'mode': 'foreign_family', 'operation': 'payInvoices'}, 'concerns readInvoices'),
    ],
)
def test_a_fault_that_makes_no_sense_is_explained(
    simulator: Simulator, wish: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        simulator.control(faults=[wish])


def test_a_request_that_does_not_follow_the_wsdl_is_refused(simulator: Simulator) -> None:
    body = '<x/>', '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>'
    for document in (*body, 'not xml'):
        assert requests.post(simulator.service_url, document, timeout=5).status_code == 500
    with Simulator(style='other') as other:
        assert exchange(other, 'payInvoices').status == 500
        assert other.journal() == []


def test_it_stops_when_the_process_that_started_it_ends() -> None:
    script = (
        'from demo.simulator.process import Simulator\n'
        's = Simulator().start()\nprint(s.port, s.process.pid, flush=True)\nimport os; os._exit(1)\n'
    )
    run = subprocess.run([sys.executable, '-c', script], cwd=ROOT, capture_output=True, text=True, timeout=20)
    gone = Simulator(port=int(run.stdout.split()[0]))
    assert eventually(lambda: exchange(gone, 'readRegieList').end == 'refused')


def test_it_knows_nothing_of_the_connector() -> None:
    script = (
        'import sys, demo.simulator.control, demo.simulator.server, demo.simulator.__main__\n'
        "foreign = {'passerelle_maelis_invoices', 'django', 'zeep', 'reportlab'}\n"
        'sys.exit(str(foreign & set(sys.modules)) if foreign & set(sys.modules) else 0)\n'
    )
    run = subprocess.run([sys.executable, '-c', script], cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert run.returncode == 0, run.stderr
