"""P10 and P11: a Maelis that is down, and what it refuses, with a clock of our own."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment
from tests.promises.actors import Actors, Clock, acting
from tests.promises.figures import Figures
from tests.promises.stage import Bill, Stage

TICK = timedelta(hours=6)
TICKS = 4
#: Longer than any pause between two tries.
ALL_PAUSES = timedelta(minutes=40)
ROUNDS = 60
OPEN = (State.RECORDED, State.SENDING, State.UNCERTAIN)


def outage(stage: Stage, *, payments: int, number: int) -> Figures:
    """P10: 24 hours without Maelis, one payment in a hundred that it never takes, one worker that dies."""
    dice, wrong = Random(number), ('lost', 'doubled', 'late')
    figures = Figures('P10', stage.site.vendor, number, wrong=wrong)
    stage.site.environment['DJANGO_SETTINGS_MODULE'] = 'tests.promises.crash_settings'
    with acting(stage.site, Clock(), number=0) as actors:
        bills = stage.bills(['42.00'] * payments)
        poisoned = dice.sample(bills, max(1, payments // 100))
        stage.maelis.down()
        for n in range(TICKS):
            _notify(actors, _share(bills, n))
            _rounds(actors)
            actors.clock.advance(TICK)
        stage.maelis.up()
        for bill in poisoned:
            stage.maelis.fault('unknown_fault', operation='payInvoices', family=bill.family)
        taken = _take_one_and_die(actors)
        _drain(actors, poisoned)
    _count(stage, bills, poisoned, taken, figures)
    return figures


def _share(bills: list[Bill], n: int) -> list[Bill]:
    size = -(-len(bills) // TICKS)
    return bills[n * size : (n + 1) * size]


def _notify(actors: Actors, bills: list[Bill]) -> None:
    for bill in bills:
        body = {'transaction_id': f'T-{bill.id}', 'amount': '42.00'}
        status, answer = actors[0].do('ask', path=bill.pay_path, body=body)
        assert status == 200, answer


def _rounds(actors: Actors) -> None:
    """As a worker does: until nothing is due."""
    for _ in range(ROUNDS):
        if not actors[0].do('do_round', actor='worker'):
            return


def _take_one_and_die(actors: Actors) -> str:
    """The invoice of the payment that a worker claimed just before it was killed."""
    actors.clock.advance(ALL_PAUSES)
    actor = actors.hire(1)[0]
    actor.do('arm', point='after-claim')
    actor.begin('do_round', actor='dead')
    actor.wait_for_death()
    return Payment.objects.get(state=State.SENDING).invoice_id


def _drain(actors: Actors, poisoned: list[Bill]) -> None:
    families = [bill.family for bill in poisoned]
    sound = Payment.objects.exclude(family_id__in=families)
    for _ in range(ROUNDS):
        _rounds(actors)
        if not sound.filter(state__in=OPEN, attention='').exists():
            return
        actors.clock.advance(ALL_PAUSES)


def _count(stage: Stage, bills: list[Bill], poisoned: list[Bill], taken: str, figures: Figures) -> None:
    """`late`: delivered after one that was notified later."""
    applied = [f'{entry["family"]}-{entry["number"]}' for entry in stage.maelis.journal()]
    sound = [bill.id for bill in bills if bill not in poisoned]
    received = Payment.objects.order_by('received_at', 'pk')
    order = [payment.invoice_id for payment in received if payment.invoice_id in {*sound} - {taken}]
    drained = [invoice for invoice in applied if invoice != taken]
    figures.counts['payments'] = len(bills)
    figures.counts['poisoned'] = len(poisoned)
    figures.counts['lost'] = len(set(sound) - set(applied))
    figures.counts['doubled'] = len(applied) - len(set(applied))
    figures.counts['late'] = sum(one != other for one, other in zip(drained, order, strict=False))


def moments(payment: Payment, event: str) -> list[datetime]:
    return list(payment.events.filter(event=event).values_list('at', flat=True))
