"""P12: a worker that froze past its lease neither starts a call nor writes an outcome once it goes on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from django.utils import timezone

from passerelle_maelis_invoices.models import Payment, PaymentEvent
from tests.promises.actors import Actor, Actors, Clock, acting
from tests.promises.figures import Figures
from tests.promises.stage import Bill, Stage
from tests.promises.storm import make_it_quick

POINTS = ('after-claim', 'after-figures', 'half-sent', 'mid-send', 'answered')
PATIENCE = 30.0  # seconds
#: Workers frozen at the same time.
AT_ONCE = 5


def freeze_workers(stage: Stage, *, freezes: int, number: int, takeover: bool = True) -> Figures:
    """Half of the promise each: `takeover` says whether another worker goes on meanwhile."""
    wrong = ('lost', 'doubled', 'written late', 'sent late')
    figures = Figures('P12', stage.site.vendor, number, wrong=wrong)
    make_it_quick(stage)
    with acting(stage.site, Clock(real=True), number=0) as actors:
        points = cycle(POINTS)
        while figures.counts['freezes'] < freezes:
            bills = stage.bills(['100.00'] * min(AT_ONCE, freezes - figures.counts['freezes']))
            _freeze_and_thaw(stage, actors, {bill: next(points) for bill in bills}, takeover, figures)
            figures.counts['freezes'] += len(bills)
    return figures


def _freeze_and_thaw(
    stage: Stage, actors: Actors, points: dict[Bill, str], takeover: bool, figures: Figures
) -> None:
    frozen = [_frozen(actors, bill, point) for bill, point in points.items()]
    rows = Payment.objects.filter(family_id__in=[bill.family for bill in points])
    _until(lambda: not rows.filter(lease_until__gt=timezone.now()).exists(), 'the leases do not end')
    if takeover:
        _finish(stage, actors)
    written = _written_by_the_frozen()
    calls = stage.maelis.calls().get('payInvoices', 0)
    for actor in frozen:
        os.kill(actor.pid, signal.SIGCONT)
        actor.end()
    figures.counts['sent late'] += stage.maelis.calls().get('payInvoices', 0) - calls
    if takeover:
        figures.counts['written late'] += _written_by_the_frozen() - written
    _finish(stage, actors)
    applied = stage.applied()
    for bill in points:
        times = len(applied.get((bill.regie, bill.id, f'T-{bill.id}'), ()))
        figures.counts['doubled'] += times > 1
        figures.counts['lost'] += not times


def _frozen(actors: Actors, bill: Bill, point: str) -> Actor:
    body = {'transaction_id': f'T-{bill.id}', 'amount': '42.00'}
    assert actors[0].do('ask', path=bill.pay_path, body=body)[0] == 200
    actor = actors.hire(1)[0]
    actor.do('arm', point=point, number=signal.SIGSTOP)
    actor.begin('deliver', pk=Payment.objects.get(family_id=bill.family).pk, actor=f'frozen {point}')
    _until(lambda: _is_stopped(actor.pid), f'it does not reach {point}')
    return actor


def _finish(stage: Stage, actors: Actors) -> None:
    def round_done() -> bool:
        actors[0].do('do_round', actor='second')
        stage.shorten_pauses()
        return not stage.unfinished()

    _until(round_done, 'payments are never finished')


def _written_by_the_frozen() -> int:
    return PaymentEvent.objects.filter(actor__startswith='frozen').count()


def _is_stopped(pid: int) -> bool:
    return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] == 'T'


def _until(done: Callable[[], bool], complaint: str) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, complaint
        time.sleep(0.05)
