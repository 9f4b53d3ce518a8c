"""P2: payments against a Maelis that loses its answers, delivered by workers that are killed.

In the end every acknowledged payment is in Maelis's journal exactly once, or a person is asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment
from tests.promises.actors import Actor, Actors, Clock, acting
from tests.promises.crashing import DELIVERING
from tests.promises.figures import Figures
from tests.promises.stage import Bill, Stage

#: The payment is applied, its answer is lost. Those that hang cost a worker its deadline: fewer of them.
COMMITTED = (
    'commit_then_reset', 'commit_then_close', 'commit_then_500', 'commit_then_fault', 'half_body',
    'cut_headers', 'empty_200', 'truncated_xml', 'other_answer',
)  # fmt: skip
SLOW = ('commit_then_hang', 'late_commit')
NOT_COMMITTED = ('reset_before_commit', 'empty_202', 'unknown_fault', 'html_200')
#: Short, so that the run is; the lease still outlasts the deadline, and the lag the late commit.
TIMES = {
    'MAELIS_INVOICES_PAY_DEADLINE': '0.5',
    'MAELIS_INVOICES_LEASE': '2',
    'MAELIS_INVOICES_WORKER_PAUSE': '0.05',
}
LAG = 1  # second
LATE = 0.3  # seconds
WORKERS = 2
PATIENCE = 120  # seconds without any progress
#: More than is ever paid: that nothing would be due must not be what keeps a payment from going twice.
TOTAL = '100.00'
#: One invoice in so many is paid in two parts.
IN_PARTS = 10


def storm(
    stage: Stage, *, payments: int, faults: int, kills: int, number: int, broken: bool = False
) -> Figures:
    """`broken`: nothing is read back, to see that what is counted here can be wrong."""
    dice, figures = Random(number), Figures('P2', stage.site.vendor, number)
    make_it_quick(stage, broken)
    with acting(stage.site, Clock(real=True), number=0) as actors:
        bills = stage.bills([TOTAL] * payments)
        _arm(stage, faults, dice)
        figures.counts['payments'] = _notify_all(actors, bills)
        _deliver_all(stage, actors, kills, dice, figures)
    _count(stage, figures)
    return figures


def make_it_quick(stage: Stage, broken: bool = False) -> None:
    """Leases and lags of seconds, and processes that can be told where to die."""
    settings = {
        'DJANGO_SETTINGS_MODULE': 'tests.promises.crash_settings',
        'NEVER_READ_BACK': '1' if broken else '',
    }
    stage.site.environment |= {**TIMES, **settings}
    stage.settings |= {'payment_lag': LAG, 'deadline': 0.5}
    stage.furnish()


def _arm(stage: Stage, faults: int, dice: Random) -> None:
    """Chance decides which payments are struck; all strike before the end."""
    slow = max(1, faults // 20)
    quick = -(-(faults - slow * len(SLOW)) // len(COMMITTED))
    for mode in COMMITTED:
        stage.maelis.fault(mode, operation='payInvoices', times=quick, probability=0.1)
    for mode in NOT_COMMITTED:
        stage.maelis.fault(mode, operation='payInvoices', times=slow, probability=0.05)
    stage.maelis.fault('commit_then_hang', operation='payInvoices', times=slow, probability=0.05)
    stage.maelis.fault('late_commit', operation='payInvoices', times=slow, probability=0.05, seconds=LATE)


def _notify_all(actors: Actors, bills: list[Bill]) -> int:
    """Each answered 200; gives the number of notifications."""
    done = 0
    for n, bill in enumerate(bills):
        for part in ('20.00', '22.00') if n % IN_PARTS == 0 else ('42.00',):
            body = {'transaction_id': f'{bill.id}-{part}', 'amount': part}
            status, answer = actors[0].do('ask', path=bill.pay_path, body=body)
            assert status == 200, answer
            done += 1
    return done


def _deliver_all(stage: Stage, actors: Actors, kills: int, dice: Random, figures: Figures) -> None:
    """Workers run until nothing is left to do; one dies now and then, at a named point or at any moment."""
    with _workers(actors) as workers:
        for unfinished in _watched(stage):
            alive = [worker for worker in workers if worker.is_alive()]
            died = len(workers) - len(alive)
            figures.counts['kills'] += died
            workers[:] = alive
            left = kills - figures.counts['kills']
            if left > 0 and len(workers) == WORKERS and dice.random() < 0.3:
                workers.pop(0).kill()
                figures.counts['kills'] += 1
            while len(workers) < WORKERS:
                workers.append(_worker(actors, dice, armed=left > 0))
            if not unfinished and left <= 0:
                return


@contextmanager
def _workers(actors: Actors) -> Iterator[list[Actor]]:
    workers: list[Actor] = []
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()


def _worker(actors: Actors, dice: Random, *, armed: bool) -> Actor:
    worker = actors.hire(1)[0]
    if armed:
        worker.do('arm', point=dice.choice(DELIVERING), passes=dice.randint(0, 4))
    worker.begin('run_worker')
    return worker


def _watched(stage: Stage) -> Iterator[int]:
    """The number of unfinished payments, now and again; fails when it stays the same for too long."""
    least, since = None, time.monotonic()
    while True:
        unfinished = stage.unfinished()
        if least is None or unfinished < least:
            least, since = unfinished, time.monotonic()
        assert time.monotonic() - since < PATIENCE, f'{unfinished} payments are stuck'
        yield unfinished
        stage.end_pauses()
        time.sleep(0.05)


def _count(stage: Stage, figures: Figures) -> None:
    struck = stage.maelis.state()['struck']
    figures.counts['answers lost after commit'] = sum(struck.get(mode, 0) for mode in (*COMMITTED, *SLOW))
    figures.counts['other faults'] = sum(struck.get(mode, 0) for mode in NOT_COMMITTED)
    applied = stage.applied()
    rows = Payment.objects.select_related('regie').filter(regie__connector=stage.connector)
    for payment in rows.iterator():
        key = payment.regie.code, payment.invoice_id, payment.transaction_id
        times = len(applied.pop(key, ()))
        held = payment.state in (State.DELIVERED, State.CONFIRMED)
        figures.counts['doubled'] += times > 1
        figures.counts['asked of a person'] += bool(payment.attention)
        figures.counts['lost'] += not times and (held or not payment.attention)
    figures.counts['unexplained'] = len(applied)
    figures.wrong = ('lost', 'doubled', 'unexplained')
