"""P21: health is red once the oldest unsent payment is late, green once all are sent; one alert each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import time_machine
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.settings import app_settings
from passerelle_maelis_invoices.use_cases.check_connector import local_status
from passerelle_maelis_invoices.use_cases.look_after import PAUSE, look_after
from passerelle_maelis_invoices.use_cases.work import work
from tests.promises.commands import ask
from tests.promises.figures import Figures
from tests.promises.stage import Stage

STEP = timedelta(seconds=PAUSE)
#: What the property allows between a payment's being late and a red light.
MARGIN = timedelta(seconds=60)
RED = '[toulouse] règlements en retard'
GREEN = '[toulouse] Terminé : règlements en retard'
#: Why payments do not leave.
TROUBLES = ('maelis is down', 'no worker', 'unknown_fault', 'html_200', 'reset_before_commit')
#: Steps within which a backlog is gone: longer than any pause between two tries.
PATIENCE = 400
IN_MEMORY = 'django.core.mail.backends.locmem.EmailBackend'


def fault_runs(stage: Stage, *, runs: int, number: int, look: Callable[[], None] = look_after) -> Figures:
    """Trouble, a few payments, and a clock of our own that passes their threshold."""
    dice = Random(number)
    figures = Figures('P21', stage.site.vendor, number, wrong=('early', 'late', 'still red', 'wrong alerts'))
    columns = {'alert_emails': 'dsi@ville.example', 'payment_lag': 0, 'fresh_for': 0}
    type(stage.connector).objects.update(**columns)
    stage.connector.refresh_from_db()
    start = datetime.fromisoformat('2026-03-02T10:00:00+01:00')
    with time_machine.travel(start, tick=False) as clock, override_settings(EMAIL_BACKEND=IN_MEMORY):
        for _ in range(runs):
            _Run(stage, clock, dice, figures, look).go()
    return figures


@dataclass
class _Run:
    stage: Stage
    clock: Any
    dice: Random
    figures: Figures
    look: Callable[[], None]
    worker: bool = True

    def go(self) -> None:
        mail.outbox = []
        self.figures.counts['runs'] += 1
        with self._trouble(self.dice.choice(TROUBLES)):
            self._pay()
            self._become_late()
            for _ in range(self.dice.randrange(20)):
                self._step()
            self.figures.counts['wrong alerts'] += _told(RED) != 1
        self._recover()
        self.figures.counts['still red'] += not self._is_healthy()
        for _ in range(5):
            self._step()
        self.figures.counts['wrong alerts'] += (_told(RED), _told(GREEN)) != (1, 1)

    @contextmanager
    def _trouble(self, name: str) -> Iterator[None]:
        if name == 'maelis is down':
            self.stage.maelis.down()
            yield
            self.stage.maelis.up()
        elif name == 'no worker':
            self.worker = False
            yield
            self.worker = True
        else:
            with self.stage.maelis.fault(name):
                yield

    def _pay(self) -> None:
        """The first one is the oldest; each is a little younger."""
        for bill in self.stage.bills(['42.00'] * self.dice.randint(1, 4)):
            status, answer = ask(bill.pay_path, {'transaction_id': f'T-{bill.id}', 'amount': '42.00'})
            assert status == 200, answer
            self.clock.shift(timedelta(seconds=1))

    def _become_late(self) -> None:
        """Looked at a last time just before the threshold, and once the margin is over."""
        first = Payment.objects.filter(acknowledged_at=None).earliest('received_at').received_at
        late = first + timedelta(seconds=app_settings().LATE_PAYMENT_THRESHOLD)
        self._step()
        self.clock.move_to(late - timedelta(seconds=self.dice.randint(2, 60)))
        self._step(timedelta(0))
        self.figures.counts['early'] += not self._is_healthy() or _told(RED) > 0
        while timezone.now() < late + MARGIN - STEP:
            self._step()
        self.figures.counts['late'] += self._is_healthy() or _told(RED) != 1

    def _recover(self) -> None:
        for _ in range(PATIENCE):
            if not Payment.objects.filter(acknowledged_at=None).exists():
                return
            self._step()
        raise AssertionError('the backlog does not drain')

    def _step(self, pause: timedelta = STEP) -> None:
        """What a worker does in that time; monitoring goes on without one."""
        self.clock.shift(pause)
        if self.worker:
            work(actor='worker')
        self.look()

    def _is_healthy(self) -> bool:
        """As far as payments are concerned: an outage may be told before any of them is late."""
        checks = local_status(self.stage.connector).checks
        return all(check.ok for check in checks if check.name == 'late-payments')


def _told(subject: str) -> int:
    return sum(message.subject == subject for message in mail.outbox)
