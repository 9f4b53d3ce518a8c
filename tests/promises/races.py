"""P5, P7 and P9: the same thing at the same time, by several processes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from random import Random

import requests
from django.db.models import QuerySet

from passerelle_maelis_invoices.domain.payment_states import TRANSITIONS, Event, State
from passerelle_maelis_invoices.models import Payment
from tests.promises.actors import Actor, Actors, Clock, acting
from tests.promises.figures import Figures
from tests.promises.stage import Bill, Stage

DUE = Decimal('42.00')
#: Notifications of one transaction, here and there among the others.
COPIES = 10


def notify_again_and_again(stage: Stage, *, notifications: int, ways: int, number: int) -> Figures:
    """P5: copies of the same notifications, shuffled, `ways` at a time, then once more weeks later."""
    dice, figures = (
        Random(number),
        Figures('P5', stage.site.vendor, number, wrong=('refused', 'unlike', 'doubled')),
    )
    bills = stage.bills(['42.00'] * (notifications // COPIES))
    copies = bills * COPIES
    dice.shuffle(copies)
    server = stage.site.serve()
    with ThreadPoolExecutor(ways) as pool:
        answers = list(pool.map(lambda bill: _notify(server.url, bill), copies))
    with acting(stage.site, Clock(), number=0) as actors:
        actors.clock.advance(timedelta(weeks=3))
        late = [actors[0].do('ask', path=bill.pay_path, body=_body(bill)) for bill in bills]
    figures.counts['notifications'] = len(answers) + len(late)
    figures.counts['refused'] = sum(status != 200 for status, _ in [*answers, *late])
    told = {bill.id: {str(answer) for _, answer in _of(bill, copies, answers)} for bill in bills}
    figures.counts['unlike'] = sum(
        len(told[bill.id] | {str(again)}) > 1 for bill, (_, again) in zip(bills, late, strict=True)
    )
    figures.counts['doubled'] = sum(_rows(bill).count() != 1 for bill in bills)
    return figures


def pay_one_invoice_twice(stage: Stage, *, races: int, number: int) -> Figures:
    """P7: two transactions for one invoice, recorded and delivered by two processes at the same time."""
    figures = Figures('P7', stage.site.vendor, number, wrong=('lost', 'overpaid', 'unseen credits'))
    with acting(stage.site, Clock(), number=2) as actors:
        pair = [actor for actor in actors.all if isinstance(actor, Actor)]
        for n, bill in enumerate(stage.bills(['42.00'] * races)):
            if n % 2:
                actors[0].do('ask', path=bill.path(f'invoice/{bill.id}/'))
            _together(pair, 'ask', [_notification(bill, 'first'), _notification(bill, 'second')])
            _work_together(pair, bill, actors)
            figures.counts['races'] += 1
    _weigh(stage, figures)
    return figures


def deliver_one_payment_twice(stage: Stage, *, races: int, number: int) -> Figures:
    """P9: two workers for one row; each journal tells each step once, and only steps of the table."""
    figures = Figures('P9', stage.site.vendor, number, wrong=('lost', 'doubled', 'unexplained'))
    with acting(stage.site, Clock(), number=2) as actors:
        pair = [actor for actor in actors.all if isinstance(actor, Actor)]
        for bill in stage.bills(['42.00'] * races):
            assert actors[0].do('ask', path=bill.pay_path, body=_body(bill))[0] == 200
            pk = _rows(bill).get().pk
            _together(pair, 'deliver', [{'pk': pk, 'actor': name} for name in ('one', 'other')])
            figures.counts['races'] += 1
            times = len(stage.applied().get((bill.regie, bill.id, f'T-{bill.id}'), ()))
            figures.counts['lost'] += not times
            figures.counts['doubled'] += times > 1
            figures.counts['unexplained'] += not is_complete(_rows(bill).get())
    return figures


def is_complete(payment: Payment) -> bool:
    """Its journal leads from `recorded` to its state by steps of the table, each with who and when."""
    state = State.RECORDED
    for event in payment.events.all()[1:]:
        if event.from_state != state or not event.actor:
            return False
        state = TRANSITIONS[state, Event(event.event)]
        if event.to_state != state:
            return False
    return state == payment.state


def _work_together(pair: Sequence[Actor], bill: Bill, actors: Actors) -> None:
    """Until nothing is left to do for the invoice; each pause is over at once."""
    waiting = _rows(bill).filter(state__in=[State.RECORDED, State.SENDING, State.UNCERTAIN], attention='')
    for _ in range(10):
        _together(pair, 'do_round', [{'actor': name} for name in ('one', 'other')])
        if not waiting.exists():
            return
        actors.clock.advance(timedelta(minutes=5))
    raise AssertionError(f'{bill.id} is never finished')


def _weigh(stage: Stage, figures: Figures) -> None:
    """Both are recorded; no more than what was due is sent; the rest is there for a person to see."""
    applied = stage.applied()
    for invoice in {payment.invoice_id for payment in Payment.objects.all()}:
        rows = Payment.objects.select_related('regie').filter(family_id=invoice.partition('-')[0])
        sent = {row: sum(applied.get(_key(row), ()), Decimal()) for row in rows}
        figures.counts['lost'] += len(sent) != 2 or sum(sent.values()) < DUE
        figures.counts['overpaid'] += sum(sent.values()) > DUE
        figures.counts['unseen credits'] += any(sent[row] < DUE and not _is_visible(row) for row in rows)


def _key(row: Payment) -> tuple[str, str, str]:
    return row.regie.code, row.invoice_id, row.transaction_id


def _is_visible(row: Payment) -> bool:
    return bool(row.attention) or 'surplus' in row.oddities


def _together(actors: Sequence[Actor], command: str, arguments: Sequence[dict[str, object]]) -> None:
    for actor, given in zip(actors, arguments, strict=True):
        actor.begin(command, **given)
    for actor in actors:
        actor.end()


def _notification(bill: Bill, transaction: str) -> dict[str, object]:
    return {'path': bill.pay_path, 'body': {'transaction_id': transaction, 'amount': '42.00'}}


def _body(bill: Bill) -> dict[str, str]:
    return {'transaction_id': f'T-{bill.id}', 'amount': '42.00'}


def _notify(url: str, bill: Bill) -> tuple[int, object]:
    answer = requests.post(url + bill.pay_path, json=_body(bill), timeout=30)
    return answer.status_code, answer.json()


def _of(bill: Bill, copies: list[Bill], answers: list[tuple[int, object]]) -> list[tuple[int, object]]:
    return [answer for copy, answer in zip(copies, answers, strict=True) if copy is bill]


def _rows(bill: Bill) -> QuerySet[Payment]:
    return Payment.objects.filter(family_id=bill.family, invoice_number=bill.number)
