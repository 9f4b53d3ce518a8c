"""Reads that concern Maelis: against the transport alone, and against a naive connector."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Any

import requests
from lxml import etree

from benchmarks import canned_answers, naive, portal, town
from benchmarks.clock import Way, in_turns
from benchmarks.figure import Figure
from benchmarks.ground import Ground
from passerelle_maelis_invoices.maelis import Deadline
from passerelle_maelis_invoices.models import Connector, InvoiceList, Regie
from passerelle_maelis_invoices.use_cases.maelis_of import maelis_of

NAIVE = 'naive connector (zeep)'
FLOOR = 'requests + lxml alone'
QUESTION = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    f'<i:readInvoices xmlns:i="{canned_answers.NAMESPACE}"><numDossier>{town.FAMILY}</numDossier>'
    f'<codeRegie>{town.REGIE}</codeRegie></i:readInvoices></soap:Body></soap:Envelope>'
).encode()


def measure(ground: Ground) -> Iterator[Figure]:
    if not Connector.objects.filter(slug=town.SLUG).exists():
        town.build(ground.wsdl_url, ground.service_url())
    at_once = _asking(ground, 'at-once', '')
    yield from _against_the_transport(ground, at_once)
    yield from _against_the_naive(ground)
    yield from _while_it_hangs(ground)


def _asking(ground: Ground, slug: str, behaviour: str, **columns: Any) -> Regie:
    """A connector whose copy is never fresh: each reading asks Maelis."""
    return town.a_regie(
        slug,
        wsdl_url=ground.wsdl_url,
        service_url=ground.service_url(behaviour),
        fresh_for=0,
        **columns,
    )


def _against_the_transport(ground: Ground, regie: Regie) -> Iterator[Figure]:
    list_read, client_alone, floor = in_turns(
        Way(portal.ask, partial(portal.a_list, 'at-once')),
        Way(_client(regie)),
        Way(_transport(regie.connector.service_url)),
        rounds=7,
        acts=ground.times(60),
    )
    yield Figure('call of Maelis, 20 invoices understood: CPU', client_alone.cpu, 'ms', floor.cpu, FLOOR, 1.5)
    yield Figure(
        'stale list, from request to stored copy: CPU',
        list_read.cpu,
        'ms',
        floor.cpu,
        FLOOR,
        1.5,
    )


def _client(regie: Regie) -> Callable[[object], object]:
    client = maelis_of(regie.connector)
    return lambda _: client.read_invoices(
        family_id=town.FAMILY, regie_code=town.REGIE, deadline=Deadline.after(5)
    )


def _transport(address: str) -> Callable[[object], object]:
    session = requests.Session()
    session.trust_env = False
    headers = {'Content-Type': 'text/xml; charset=utf-8', 'SOAPAction': '""'}

    def ask(_: object) -> object:
        answer = session.post(address, QUESTION, headers=headers, timeout=5)
        return [
            {etree.QName(child).localname: child.text for child in element}
            for element in etree.fromstring(answer.content).iter('invoiceList', 'lineInvoiceList')
        ]

    return ask


def _against_the_naive(ground: Ground) -> Iterator[Figure]:
    _asking(ground, 'slow', 'ms/200')
    fresh, at_once, naive_at_once = in_turns(
        Way(portal.ask, portal.a_list),
        Way(portal.ask, partial(portal.a_list, 'at-once')),
        Way(portal.ask, partial(portal.environ, '/naive/at-once/')),
        rounds=5,
        acts=ground.times(15),
    )
    slow, naive_slow = in_turns(
        Way(portal.ask, partial(portal.a_list, 'slow')),
        Way(portal.ask, partial(portal.environ, '/naive/slow/')),
        rounds=3,
        acts=ground.times(5),
    )
    against = f'{NAIVE}, Maelis at once'
    yield Figure('fresh list: CPU', fresh.cpu, 'ms', naive_at_once.cpu, against, 1 / 40)
    yield Figure('fresh list: time', fresh.wall, 'ms', naive_at_once.wall, against, 1 / 40)
    yield Figure('stale list, Maelis at once: time', at_once.wall, 'ms', naive_at_once.wall, NAIVE)
    yield Figure('stale list, Maelis in 200 ms: time', slow.wall, 'ms', naive_slow.wall, NAIVE)
    yield Figure('fresh list, Maelis in 200 ms: time', fresh.wall, 'ms', naive_slow.wall, NAIVE)


def _while_it_hangs(ground: Ground) -> Iterator[Figure]:
    """The first readers wait for their deadline, one after another; then the breaker knows."""
    regie = _asking(ground, 'hanging', 'hang', deadline=0.5)
    maelis_of(regie.connector)
    InvoiceList.objects.create(regie=regie, family_id=town.FAMILY, read_at=town.READ_AT)
    first = [_seconds(partial(portal.a_list, 'hanging')) for _ in range(3)]
    # The one caller in turn that tries again waits too: medians are of those that do not.
    later = [_seconds(partial(portal.a_list, 'hanging')) for _ in range(20)]
    alone = _seconds(lambda: portal.environ('/naive/hanging/'), fails=True)
    against = f'{NAIVE}, timeout {naive.TIMEOUT} s'
    yield Figure('Maelis silent, before the breaker knows (deadline 0.5 s)', max(first), 's', alone, against)
    yield Figure('Maelis silent, readers afterwards', median(later), 's', alone, against)


def _seconds(prepare: Callable[[], portal.Environ], *, fails: bool = False) -> float:
    environ = prepare()
    began = time.perf_counter()
    try:
        portal.ask(environ)
    except RuntimeError:
        if not fails:
            raise
    return time.perf_counter() - began
