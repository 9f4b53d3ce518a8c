"""Recording a payment, against a view that commits one row; delivering payments to Maelis."""

import json
import time
from collections.abc import Iterator
from itertools import count

from benchmarks import portal, town
from benchmarks.clock import Way, in_turns
from benchmarks.figure import Figure
from benchmarks.ground import Ground
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Connector, Invoice, Payment, Regie
from passerelle_maelis_invoices.use_cases.work import work

_numbers = count(1)


def measure(ground: Ground) -> Iterator[Figure]:
    yield from _on('SQLite', ground)
    with ground.on_postgresql('payments') as available:
        if available:
            yield from _on('PostgreSQL', ground)


def _on(database: str, ground: Ground) -> Iterator[Figure]:
    if not Connector.objects.filter(slug=town.SLUG).exists():
        town.build(ground.wsdl_url, ground.service_url())
    pay, bare = in_turns(
        Way(portal.ask, _a_payment),
        Way(portal.ask, lambda: portal.environ('/bare/commit/', _notice())),
        rounds=7,
        acts=ground.times(60),
    )
    against = 'bare view that commits one row'
    yield Figure(f'pay, {database}: CPU', pay.cpu, 'ms', bare.cpu, against)
    yield Figure(f'pay, {database}: time', pay.wall, 'ms', bare.wall, against)
    Payment.objects.update(state=State.CONFIRMED, next_attempt_at=None)
    yield from _delivery(database, ground.times(250))


def _a_payment() -> portal.Environ:
    path = (
        f'{portal.HOME}/{town.SLUG}/regie/{town.REGIE}/invoice/{town.FAMILY}-{100000 + next(_numbers)}/pay/'
    )
    return portal.environ(portal.signed(path, NameID='', email=''), _notice())


def _notice() -> bytes:
    notice = {'transaction_id': f'T{next(_numbers)}', 'transaction_date': '2026-04-01T08:00:00', 'amount': 1}
    return json.dumps(notice).encode()


def _delivery(database: str, payments: int) -> Iterator[Figure]:
    """One worker, Maelis at once; the list is read before each is sent, as always."""
    regie = Regie.objects.get(connector__slug=town.SLUG, code=town.REGIE)
    numbers = list(Invoice.objects.filter(regie=regie).values_list('number', flat=True))
    for rank in range(payments):
        number = numbers[rank % len(numbers)]
        portal.ask(
            portal.environ(
                portal.signed(
                    f'{portal.HOME}/{town.SLUG}/regie/{town.REGIE}/invoice/{town.FAMILY}-{number}/pay/'
                ),
                _notice(),
            )
        )
    cpu, wall = time.process_time(), time.perf_counter()
    while work(actor='bench'):
        pass
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    sent = Payment.objects.filter(acknowledged_at__isnull=False).count()
    yield Figure(f'delivery, {database}: a second, one process', sent / wall, '/s')
    yield Figure(f'delivery, {database}: a second of processor', sent / cpu, '/s')
