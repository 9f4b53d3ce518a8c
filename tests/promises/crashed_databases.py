"""P2: the database of the workers crashes while they deliver, and comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from django.db import connections

from passerelle_maelis_invoices.domain.payment_states import Event, State
from passerelle_maelis_invoices.models import Payment
from tests.postgresql import PostgreSQL
from tests.promises.actors import Actor, Actors, Clock, acting
from tests.promises.figures import Figures
from tests.promises.races import is_complete
from tests.promises.stage import Bill, Stage
from tests.promises.storm import PATIENCE, TOTAL, WORKERS, make_it_quick

#: Slow enough that calls are open when the database goes.
SLOW = 60  # milliseconds


def crash_databases(stage: Stage, database: PostgreSQL, *, payments: int, stops: int, number: int) -> Figures:
    """The workers are the same ones all along: what they do about a database that is gone is tried too."""
    dice, figures = Random(number), Figures('P2', f'{stage.site.vendor}, crashing under workers', number)
    make_it_quick(stage)
    stage.maelis.fault('slow', operation='payInvoices', ms=SLOW)
    with acting(stage.site, Clock(real=True), number=0) as actors:
        for bill in stage.bills([TOTAL] * payments):
            _notify(actors, bill)
        with _workers(actors) as workers:
            while stage.unfinished() and figures.counts['stops'] < stops:
                _go_on_until(stage, stage.unfinished() - dice.randint(1, payments // stops))
                _crash(database, dice)
                figures.counts['stops'] += 1
            _go_on_until(stage, 0)
            figures.counts['dead workers'] = sum(not worker.is_alive() for worker in workers)
    figures.counts['payments'] = payments
    _count(stage, figures)
    return figures


def _notify(actors: Actors, bill: Bill) -> None:
    body = {'transaction_id': f'T-{bill.id}', 'amount': '42.00'}
    status, answer = actors[0].do('ask', path=bill.pay_path, body=body)
    assert status == 200, answer


@contextmanager
def _workers(actors: Actors) -> Iterator[list[Actor]]:
    workers = actors.hire(WORKERS)
    for worker in workers:
        worker.begin('run_worker')
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()


def _crash(database: PostgreSQL, dice: Random) -> None:
    """`immediate`: no checkpoint, every session is cut off, and the log is replayed at the start."""
    time.sleep(dice.uniform(0, 0.1))
    database.stop('immediate')
    connections.close_all()
    time.sleep(dice.uniform(0, 1))
    database.start()


def _go_on_until(stage: Stage, few: int) -> None:
    least, since = stage.unfinished(), time.monotonic()
    while (unfinished := stage.unfinished()) > max(few, 0):
        if unfinished < least:
            least, since = unfinished, time.monotonic()
        assert time.monotonic() - since < PATIENCE, f'{unfinished} payments are stuck'
        stage.shorten_pauses()
        time.sleep(0.05)


def _count(stage: Stage, figures: Figures) -> None:
    applied = stage.applied()
    for payment in Payment.objects.select_related('regie'):
        key = payment.regie.code, payment.invoice_id, payment.transaction_id
        times = len(applied.get(key, ()))
        figures.counts['asked of a person'] += bool(payment.attention)
        figures.counts['read back'] += payment.events.filter(event=Event.LOST).exists()
        figures.counts['doubled'] += times > 1
        figures.counts['lost'] += not times
        figures.counts['stuck'] += payment.state not in (State.DELIVERED, State.CONFIRMED)
        figures.counts['unexplained'] += not is_complete(payment)
    figures.wrong = ('lost', 'doubled', 'stuck', 'unexplained', 'asked of a person', 'dead workers')
