"""P2: payments against a Maelis that goes wrong in every way, delivered by workers that are killed.

In the end every acknowledged payment is in Maelis's journal exactly once, or a person is asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from random import Random

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import LeaseLost, Payment
from passerelle_maelis_invoices.use_cases.settle_uncertain_payment import (
    declare_held_by_maelis,
    declare_not_held_by_maelis,
)
from tests.promises.actors import Actor, Actors, Clock, acting
from tests.promises.crashing import DELIVERING
from tests.promises.figures import Figures
from tests.promises.hostile_maelis import HostileMaelis
from tests.promises.stage import Bill, Stage

#: Short, so that the run is; the lease still outlasts the deadline, and the lag the late commit.
TIMES = {
    'MAELIS_INVOICES_PAY_DEADLINE': '0.5',
    'MAELIS_INVOICES_LEASE': '2',
    'MAELIS_INVOICES_WORKER_PAUSE': '0.5',
}
LAG = 1  # second
LATE = 0.3  # seconds
WORKERS = 2
PATIENCE = 180  # seconds without any progress
#: More than is ever paid: that nothing would be due must not be what keeps a payment from going twice.
TOTAL = '100.00'
#: One invoice in so many is paid in two parts.
IN_PARTS = 10
#: One in so many gets money from elsewhere meanwhile, and after so many Maelis is not to be reached.
ELSEWHERE_ONE_IN, ABSENCE_ONE_IN = 50, 250
ELSEWHERE = '5.00'


def storm(
    stage: Stage, *, payments: int, faults: int, kills: int, number: int, broken: bool = False
) -> Figures:
    """`broken`: nothing is read back, to see that what is counted here can be wrong.

    Each invoice is then paid whole: a part would wait for one that was doubled, and that no figure shows.
    """
    dice, figures = Random(number), Figures('P2', stage.site.vendor, number)
    hostile = HostileMaelis(stage.maelis, dice, faults)
    make_it_quick(stage, broken)
    with acting(stage.site, Clock(real=True), number=0) as actors:
        bills = stage.bills([TOTAL] * payments)
        hostile.arm()
        parted = [] if broken else bills[::IN_PARTS]
        figures.counts['payments'] = _notify_all(actors, bills, parted)
        accidents = Accidents(hostile, stage, bills, dice, kills)
        _deliver_all(stage, actors, accidents)
    asked = {'asked of a person': accidents.asked}
    figures.counts.update(asked | {'kills': accidents.kills} | hostile.counts())
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


def _notify_all(actors: Actors, bills: list[Bill], parted: list[Bill]) -> int:
    """Each answered 200; gives the number of notifications, which are two for each of `parted`."""
    done = 0
    for bill in bills:
        for part in ('20.00', '22.00') if bill in parted else ('42.00',):
            body = {'transaction_id': f'{bill.id}-{part}', 'amount': part}
            status, answer = actors[0].do('ask', path=bill.pay_path, body=body)
            assert status == 200, answer
            done += 1
    return done


@dataclass
class Accidents:
    """What happens to workers, to Maelis and at its counters, at moments that chance decides."""

    hostile: HostileMaelis
    stage: Stage
    bills: list[Bill]
    dice: Random
    kills_wanted: int
    kills: int = 0
    asked: int = 0

    def __post_init__(self) -> None:
        self.absences = max(1, len(self.bills) // ABSENCE_ONE_IN)
        self.elsewhere = self.dice.sample(self.bills, max(1, len(self.bills) // ELSEWHERE_ONE_IN))

    @property
    def over(self) -> bool:
        return self.kills >= self.kills_wanted and not self.elsewhere

    def happen(self) -> None:
        if self.elsewhere:
            bill, treasury = self.elsewhere.pop(), self.dice.random() < 0.5
            self.stage.maelis.add_money(
                regie=bill.regie, number=bill.number, amount=ELSEWHERE, treasury=treasury
            )
        if self.absences and self.dice.random() < 0.2:
            self.absences -= 1
            self.hostile.go_away_for_a_moment()

    def kill_one_of(self, workers: list[Actor]) -> None:
        """Those that died by themselves, at the point that they were armed with, count too."""
        alive = [worker for worker in workers if worker.is_alive()]
        self.kills += len(workers) - len(alive)
        workers[:] = alive
        if self.kills < self.kills_wanted and len(workers) == WORKERS and self.dice.random() < 0.5:
            workers.pop(0).kill()
            self.kills += 1


def _deliver_all(stage: Stage, actors: Actors, accidents: Accidents) -> None:
    """Workers run until nothing is left to do; one dies now and then, at a named point or at any moment."""
    with _workers(actors) as workers:
        for unfinished in _watched(stage):
            accidents.happen()
            accidents.kill_one_of(workers)
            settled = _settle_what_is_asked(stage)
            accidents.asked += settled
            while len(workers) < WORKERS:
                armed = accidents.kills < accidents.kills_wanted
                workers.append(_worker(actors, accidents.dice, armed=armed))
            if not unfinished and not settled and accidents.over:
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
        assert time.monotonic() - since < PATIENCE, f'{unfinished} payments are stuck: {stage.stuck()}'
        yield unfinished
        stage.shorten_pauses()
        time.sleep(0.2)


def _settle_what_is_asked(stage: Stage) -> int:
    """By a person who looks into Maelis's books; gives how many there were."""
    asked = Payment.objects.filter(state=State.UNCERTAIN, attention=Attention.UNDECIDED)
    payments = list(asked.select_related('regie'))
    applied = stage.applied() if payments else {}
    for payment in payments:
        held = (payment.regie.code, payment.invoice_id, payment.transaction_id) in applied
        settle = declare_held_by_maelis if held else declare_not_held_by_maelis
        with suppress(LeaseLost):
            settle(payment, actor='Mme Durand', reason='vu dans Maelis')
    return len(payments)


def _count(stage: Stage, figures: Figures) -> None:
    applied = stage.applied()
    rows = Payment.objects.select_related('regie').filter(regie__connector=stage.connector)
    for payment in rows.iterator():
        key = payment.regie.code, payment.invoice_id, payment.transaction_id
        amounts = applied.pop(key, [])
        held = payment.state in (State.DELIVERED, State.CONFIRMED)
        figures.counts['doubled'] += len(amounts) > 1
        figures.counts['of another amount'] += any(amount != payment.amount for amount in amounts)
        figures.counts['asked of a person'] += bool(payment.attention)
        figures.counts['lost'] += not amounts and (held or not payment.attention)
    figures.counts['unexplained'] = len(applied)
    figures.wrong = ('lost', 'doubled', 'of another amount', 'unexplained')
