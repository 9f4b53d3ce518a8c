"""P3: no read outlasts its deadline + 0.5 s, whatever Maelis does; none waits while it is known to be down.

DNS and TLS that hang, and bytes that trickle under TLS, are tried on the transport itself (tests/maelis).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import repeat
from typing import Any, NamedTuple

import pytest
from django.db import connections
from django.test.utils import override_settings
from django.utils import timezone

from demo.simulator.faults import FAULTS, Fault
from demo.simulator.process import ROOT, Simulator
from passerelle_maelis_invoices.models import Reachability, Regie
from tests.builders import a_connector, a_regie, an_api_client
from tests.endpoints.conftest import Portal

DEADLINE = 0.6  # seconds that the connector gives Maelis
LIMIT = DEADLINE + 0.5  # seconds that the property allows
READS = 20  # of each mode
AT_ONCE = 10
FEW_AT_ONCE = 2  # where answers are of many megabytes: their parsing takes turns on the processor
FAMILIES = [str(number) for number in range(1001, 1001 + READS)]
#: Bytes by which a process may grow, whatever the size of an answer: the largest allowed one, four times.
MEMORY = 64 * 1024**2

LIST_MODES = [fault for fault in FAULTS.values() if fault.reading and 'readInvoices' in fault.operations]
PDF_MODES = [fault for fault in FAULTS.values() if fault.reading and 'getInvoicePDF' in fault.operations]
pytestmark = pytest.mark.django_db(transaction=True)


class Reading(NamedTuple):
    seconds: float
    status: int
    content: Any


Ask = Callable[[Portal, str], Reading]


@pytest.fixture(scope='module')
def town() -> Iterator[Simulator]:
    """Every family has invoices in régie 007."""
    with Simulator(families=READS, seed=3) as simulator:
        for family in FAMILIES:
            simulator.put_invoice(
                family=family, regie='007', number=f'9{family}', amount='42.00', has_pdf=True
            )
        yield simulator


@pytest.fixture
def portal(town: Simulator, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Portal:
    """In front of a copy of every list, none of it fresh; the breaker stays closed so that all reads ask."""
    settings.MAELIS_INVOICES_CHECK_NONCES = False
    monkeypatch.setattr('passerelle_maelis_invoices.use_cases.breaker.FAILURES_TO_OPEN', 10**6)
    connector = a_connector(wsdl_url=town.wsdl_url, fresh_for=0, deadline=5.0)
    a_regie('007', connector=connector)
    an_api_client(connectors=[connector])
    portal = Portal()
    for family in FAMILIES:
        assert reading(portal, family).content['meta']['source'] == 'maelis'
    a_connector(wsdl_url=town.wsdl_url, fresh_for=0, deadline=DEADLINE)
    return portal


def reading(portal: Portal, family: str) -> Reading:
    return timed(lambda: portal.get('regie/007/invoices/', payer_external_id=family))


def pdf_reading(portal: Portal, family: str) -> Reading:
    return timed(lambda: portal.get(f'regie/007/invoice/{family}-9{family}/pdf/', payer_external_id=family))


def timed(ask: Callable[[], Any]) -> Reading:
    began = time.monotonic()
    answer = ask()
    seconds = time.monotonic() - began
    is_json = answer['Content-Type'] == 'application/json'
    return Reading(seconds, answer.status_code, answer.json() if is_json else answer.content)


def by_many(
    ask: Ask, portal: Portal, fault: Fault | None = None, *, families: Sequence[str] = FAMILIES
) -> list[Reading]:
    """One reading for each family, several at once.

    One that was late is asked again alone: what else this machine does is no fault of ours.
    """
    heavy = fault is not None and 'megabytes' in fault.parameters

    def then_hang_up(family: str) -> Reading:
        try:
            return ask(portal, family)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(FEW_AT_ONCE if heavy else AT_ONCE) as pool:
        found = dict(zip(families, pool.map(then_hang_up, families), strict=True))
    return [ask(portal, family) if _was_late(fault, one) else one for family, one in found.items()]


def _was_late(fault: Fault | None, found: Reading) -> bool:
    """Or, in a mode in which Maelis does answer, was not waited for."""
    answers = fault is not None and fault.reading == 'done'
    from_maelis = found.status == 200 and (
        isinstance(found.content, bytes) or found.content['meta']['source'] == 'maelis'
    )
    return found.seconds > LIMIT or (answers and not from_maelis)


def test_p3_no_list_takes_longer_than_its_deadline_in_any_mode(portal: Portal, town: Simulator) -> None:
    before = [one.content['data'] for one in by_many(reading, portal)]
    threads = threading.active_count()
    broken = []
    for fault in LIST_MODES:
        with town.fault(fault.name, operation='readInvoices'):
            readings = by_many(reading, portal, fault)
        broken += [
            f'{fault.name}: {problem}'
            for one, data in zip(readings, before, strict=True)
            for problem in _problems(fault, one, data)
        ]
    assert broken == []
    assert threading.active_count() == threads


def _problems(fault: Fault, found: Reading, before: object) -> Iterator[str]:
    """The copy answers, within the time, and what Maelis says in such a mode changes nothing."""
    source = 'maelis' if fault.reading == 'done' else 'local'
    if found.seconds > LIMIT:
        yield f'{found.seconds:.2f} s'
    if found.status != 200 or found.content['data'] != before:
        yield f'{found.status} {found.content}'
    elif found.content['meta']['source'] != source:
        yield f'answered from {found.content["meta"]["source"]}'


def test_p3_no_pdf_takes_longer_than_its_deadline_in_any_mode(portal: Portal, town: Simulator) -> None:
    a_connector(wsdl_url=town.wsdl_url, fresh_for=10**6, deadline=DEADLINE)
    by_many(reading, portal)
    threads = threading.active_count()
    broken = []
    with override_settings(MAELIS_INVOICES_PDF_DEADLINE=DEADLINE):
        for fault in PDF_MODES:
            with town.fault(fault.name, operation='getInvoicePDF'):
                readings = by_many(pdf_reading, portal, fault, families=FAMILIES[:AT_ONCE])
            broken += [
                f'{fault.name}: {problem}' for one in readings for problem in _pdf_problems(fault, one)
            ]
    assert broken == []
    assert threading.active_count() == threads


def _pdf_problems(fault: Fault, found: Reading) -> Iterator[str]:
    """A PDF, whatever the element that it comes in, or an error that no portal takes for one."""
    if found.seconds > LIMIT:
        yield f'{found.seconds:.2f} s'
    if found.status != 503 and not (found.status == 200 and found.content.startswith(b'%PDF-')):
        yield f'{found.status} {found.content[:100]}'
    if fault.reading == 'done' and found.status != 200:
        yield f'{found.status} {found.content}'


def test_p3_with_the_breaker_open_no_reader_asks_maelis(portal: Portal, town: Simulator) -> None:
    regie = Regie.objects.get()
    later = timezone.now() + timedelta(minutes=5)
    Reachability.objects.update_or_create(connector=regie.connector, defaults={'open_until': later})
    a_connector(wsdl_url=town.wsdl_url, fresh_for=0, deadline=30.0)
    calls = town.calls()
    with town.fault('hang'):
        found = [*map(reading, repeat(portal), FAMILIES), pdf_reading(portal, FAMILIES[0])]
    assert town.calls() == calls
    assert max(one.seconds for one in found) < 5
    assert [one.status for one in found] == [200] * READS + [503]
    assert {one.content['meta']['source'] for one in found[:-1]} == {'local'}


GROWTH = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(MAELIS_INVOICES_WSDL_DIR=sys.argv[2], USE_TZ=True)
from passerelle_maelis_invoices.errors import OutcomeUnknown
from passerelle_maelis_invoices.maelis import Deadline, Deployment, client_for

def peak():
    status = Path('/proc/self/status').read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith('VmHWM')) * 1024

client = client_for(Deployment(wsdl_url=sys.argv[1]))
def refused():
    try:
        client.read_invoices(family_id='1001', regie_code='007', deadline=Deadline.after(20))
    except OutcomeUnknown:
        return
    raise AssertionError('it was understood')

client.refresh_wsdl(deadline=Deadline.after(20))
before = peak()
for _ in range(3):
    refused()
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != 'linux', reason='memory is read in /proc')
@pytest.mark.parametrize('mode', ['big_answer_200mb', 'gzip_bomb', 'big_text_12mb'])
def test_p3_memory_is_bounded_whatever_the_size_of_an_answer(
    town: Simulator, wsdl_copies: object, mode: str
) -> None:
    with town.fault(mode, operation='readInvoices'):
        done = subprocess.run(
            [sys.executable, '-c', GROWTH, town.wsdl_url, str(wsdl_copies)],
            cwd=ROOT,
            env=os.environ | {'PYTHONPATH': str(ROOT)},
            text=True,
            stdout=subprocess.PIPE,
            timeout=60,
            check=True,
        )
    assert 0 < int(done.stdout) < MEMORY
