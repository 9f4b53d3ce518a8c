"""A list of twenty invoices that the local copy answers, against views that check and explain nothing."""

from collections.abc import Iterator

from django.test.utils import override_settings

from benchmarks import portal, town
from benchmarks.clock import Way, in_turns
from benchmarks.figure import Figure
from benchmarks.ground import Ground

ROWS = portal.environ('/bare/rows/')
BODY = portal.environ('/bare/body/')


def measure(ground: Ground) -> Iterator[Figure]:
    yield from _on('SQLite', ground)
    with ground.on_postgresql('reads') as available:
        if available:
            yield from _on('PostgreSQL', ground)


def _on(database: str, ground: Ground) -> Iterator[Figure]:
    regie = town.build(ground.wsdl_url, ground.service_url())
    body = portal.ask(portal.a_list())
    if body != portal.ask(ROWS):
        raise RuntimeError('the bare view does not answer the same bytes')
    town.keep_ready_body(regie, body.decode())
    for nonces in (False, True):
        with override_settings(MAELIS_INVOICES_CHECK_NONCES=nonces):
            yield from _compared(f'fresh list, {database}{", nonces" if nonces else ", no nonces"}', ground)


def _compared(what: str, ground: Ground) -> Iterator[Figure]:
    ours, rows, ready = in_turns(
        Way(portal.ask, portal.a_list),
        Way(portal.ask, lambda: ROWS),
        Way(portal.ask, lambda: BODY),
        rounds=9,
        acts=ground.times(200),
    )
    yield Figure(f'{what}: CPU', ours.cpu, 'ms', rows.cpu, 'bare view, 20 rows by the ORM', 1.3)
    yield Figure(f'{what}: CPU', ours.cpu, 'ms', ready.cpu, 'bare view, ready-made answer in one row')
    yield Figure(f'{what}: time', ours.wall, 'ms', rows.wall, 'bare view, 20 rows by the ORM')
