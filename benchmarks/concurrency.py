"""Many readers at once, through gunicorn; the readers run on the same machine, and cost it something too."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from urllib.error import HTTPError
from urllib.request import urlopen

from benchmarks import naive, portal, servers, town
from benchmarks.figure import Figure
from benchmarks.ground import Ground
from benchmarks.load import load
from passerelle_maelis_invoices.models import InvoiceList
from tests.site import Site

WORKERS = 2
CROWD = 16
list_address = partial(portal.signed, portal.list_path(), NameID=town.NAME_ID)


def measure(ground: Ground) -> Iterator[Figure]:
    for vendor, name in (('sqlite', 'SQLite'), ('postgresql', 'PostgreSQL')):
        if vendor == 'sqlite' or ground.postgresql:
            with servers.site(ground, vendor) as site:
                yield from _latencies(name, site, ground)
    with servers.site(ground, 'sqlite') as site:
        yield from _crowd_while_it_hangs(site, ground)


def _latencies(name: str, site: Site, ground: Ground) -> Iterator[Figure]:
    server = site.serve(servers.APPLICATION, workers=WORKERS)
    load(server.url, list_address, readers=8, requests=80)
    for readers in (1, 16):
        found = load(server.url, list_address, readers=readers, requests=ground.times(600))
        bare = load(server.url, lambda: '/bare/rows/', readers=readers, requests=ground.times(600))
        what = f'{readers} readers, {name}, {WORKERS} processes'
        against = 'bare view'
        for share in (0.5, 0.95, 0.99):
            ours, reference = found.percentile(share), bare.percentile(share)
            yield Figure(f'{what}: p{share * 100:.0f}', ours, 'ms', reference, against)
        yield Figure(f'{what}: rate', found.rate, '/s', bare.rate, against)
    server.kill()


def _crowd_while_it_hangs(site: Site, ground: Ground) -> Iterator[Figure]:
    """Sixteen readers on two processes that do one thing at a time, as such connectors are often served."""
    regie = town.a_regie(
        'hanging', wsdl_url=ground.wsdl_url, service_url=ground.service_url('hang'), fresh_for=0, deadline=0.5
    )
    InvoiceList.objects.create(regie=regie, family_id=town.FAMILY, read_at=town.READ_AT)
    site.environment['GUNICORN_CMD_ARGS'] += ' --worker-class sync --threads 1'
    server = site.serve(servers.APPLICATION, workers=WORKERS)
    for _ in range(3):
        _last_of_a_crowd(server.url, 1, naively=False)
    ours = _last_of_a_crowd(server.url, CROWD, naively=False)
    theirs = _last_of_a_crowd(server.url, CROWD, naively=True)
    yield Figure(
        f'Maelis silent, {CROWD} readers, {WORKERS} processes: the last one',
        ours,
        's',
        theirs,
        f'naive connector, timeout {naive.TIMEOUT} s',
    )


def _last_of_a_crowd(url: str, readers: int, *, naively: bool) -> float:
    """Seconds until the last one has an answer, be it an error."""

    def read(_: int) -> None:
        path = (
            '/naive/hanging/' if naively else portal.signed(portal.list_path('hanging'), NameID=town.NAME_ID)
        )
        with suppress(HTTPError), urlopen(url + path, timeout=120) as answer:  # noqa: S310
            answer.read()

    began = time.perf_counter()
    with ThreadPoolExecutor(readers) as pool:
        list(pool.map(read, range(readers)))
    return time.perf_counter() - began
