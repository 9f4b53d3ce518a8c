"""Recording a payment, against a view that commits one row; delivering payments to Maelis."""

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

from benchmarks import portal, town
from benchmarks.clock import Way, in_turns
from benchmarks.figure import Figure
from benchmarks.ground import Ground
from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.notice import PaymentNotice
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Connector, Payment, Regie
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
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
    yield from _delivery(database, ground.times(100))


def _a_payment() -> portal.Environ:
    path = (
        f'{portal.HOME}/{town.SLUG}/regie/{town.REGIE}/invoice/{town.FAMILY}-{100000 + next(_numbers)}/pay/'
    )
    return portal.environ(portal.signed(path, NameID='', email=''), _notice())


def _notice() -> bytes:
    notice = {'transaction_id': f'T{next(_numbers)}', 'transaction_date': '2026-04-01T08:00:00', 'amount': 1}
    return json.dumps(notice).encode()


def _delivery(database: str, payments: int) -> Iterator[Figure]:
    """One worker, one payment for each of so many families; its list is read before it is sent."""
    Payment.objects.update(state=State.CONFIRMED, next_attempt_at=None)
    with Simulator(families=payments) as simulator:
        regie = town.a_regie('delivery', '007', wsdl_url=simulator.wsdl_url)
        for number in range(payments):
            _owed_and_paid(simulator, regie, family=str(1001 + number))
        cpu, wall = time.process_time(), time.perf_counter()
        while work(actor='bench'):
            pass
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        told = len(simulator.journal())
    if told != payments:
        raise RuntimeError(f'Maelis was told of {told} payments of {payments}')
    yield Figure(f'delivery, {database}: a second, one process', told / wall, '/s')
    yield Figure(f'delivery, {database}: a second of processor', told / cpu, '/s')


def _owed_and_paid(simulator: Simulator, regie: Regie, family: str) -> None:
    number = f'9{family}'
    simulator.put_invoice(family=family, regie=regie.code, number=number, amount='42.00')
    notice = PaymentNotice(f'delivery-{family}', Decimal('42.00'))
    record_payment(regie=regie, invoice_id=f'{family}-{number}', notice=notice, client=None)
