"""P11: the exact schedule of tries, with a clock of our own that goes from one due moment to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment, Reachability
from tests.promises.actors import Clock, Own
from tests.promises.figures import Figures
from tests.promises.outages import moments
from tests.promises.stage import Stage

A_MONTH, A_DAY = timedelta(days=30), timedelta(days=1)
#: A round takes place a moment after it is due.
SLACK = timedelta(seconds=5)
#: Minutes between the tries of a payment that Maelis refuses: a fifth more or less.
AFTER_A_REFUSAL = (10, 20)
#: Seconds of the first pause, minutes of the longest one.
SHORTEST, LONGEST = 15, 30
FIRST_TRIES = 12
#: From this try on the pauses have their longest length.
CEILING_FROM = 8


def keep_to_the_schedule(stage: Stage, *, payments: int, number: int) -> Figures:
    """The three ways in turn; jitter makes each try of them another one."""
    figures, worker = new_figures(stage, number), Own(Clock())
    for n in range(payments):
        WAYS[n % len(WAYS)](stage, worker, figures)
        figures.counts['payments'] += 1
    return figures


def new_figures(stage: Stage, number: int) -> Figures:
    wrong = ('off schedule', 'wrong ends', 'sent unasked')
    return Figures('P11', stage.site.vendor, number, wrong=wrong)


def refuse_for_good(stage: Stage, worker: Own, figures: Figures) -> None:
    """Three times, then never again."""
    payment, calls = _pay(stage, worker), _sent(stage)
    with stage.maelis.fault('business_fault', operation='payInvoices'):
        _go_on_until(worker, payment, lambda: payment.state == State.REFUSED)
        worker.clock.advance(A_MONTH)
        worker.do('do_round', actor='worker')
    tries = moments(payment, 'claimed')
    figures.counts['tries'] += len(tries)
    figures.counts['wrong ends'] += payment.attention != Attention.REFUSED or _sent(stage) - calls != 3
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    expected = [timedelta(minutes=minutes) for minutes in AFTER_A_REFUSAL]
    figures.counts['off schedule'] += len(pauses) != len(expected) or not all(map(_fits, pauses, expected))


def be_down_for_a_month(stage: Stage, worker: Own, figures: Figures) -> None:
    """Every try of the first hours and of the last one; in between, one a day."""
    payment = _pay(stage, worker)
    stage.maelis.down()
    pauses = [_next_try(worker, payment) for _ in range(FIRST_TRIES)]
    figures.counts['off schedule'] += not _fits(pauses[0], timedelta(seconds=SHORTEST))
    longest = timedelta(minutes=LONGEST)
    figures.counts['off schedule'] += not all(_fits(pause, longest) for pause in pauses[CEILING_FROM:])
    while worker.clock.now < payment.received_at + A_MONTH - A_DAY:
        worker.clock.advance(A_DAY)
        figures.counts['off schedule'] += not _fits(_next_try(worker, payment), longest)
    worker.clock.now = payment.received_at + A_MONTH - timedelta(minutes=50)
    _go_on_until(worker, payment, lambda: bool(payment.attention))
    stage.maelis.up()
    Reachability.objects.all().delete()
    tries = moments(payment, 'never-left')
    asked_after = tries[-1] - payment.received_at
    figures.counts['tries'] += len(tries)
    end = (payment.state, payment.attention)
    figures.counts['wrong ends'] += end != (State.RECORDED, Attention.OUT_OF_PATIENCE)
    figures.counts['off schedule'] += not A_MONTH < asked_after < A_MONTH + timedelta(minutes=40)


def lose_an_answer_and_read_nothing(stage: Stage, worker: Own, figures: Figures) -> None:
    """For a month: it is not sent again before Maelis was asked, and then once."""
    payment, calls = _pay(stage, worker), _sent(stage)
    stage.maelis.fault('reset_before_commit', operation='payInvoices', times=1)
    worker.do('do_round', actor='worker')
    with stage.maelis.fault('unknown_fault', operation='readInvoices'):
        for _ in range(31):
            worker.clock.advance(A_DAY)
            worker.do('do_round', actor='worker')
        payment.refresh_from_db()
        figures.counts['sent unasked'] += _sent(stage) - calls != 1 or payment.state != State.UNCERTAIN
    _go_on_until(worker, payment, lambda: payment.state == State.CONFIRMED)
    figures.counts['tries'] += len(moments(payment, 'claimed'))
    applied = stage.applied().get((payment.regie.code, payment.invoice_id, payment.transaction_id), ())
    figures.counts['wrong ends'] += len(applied) != 1


WAYS = (refuse_for_good, be_down_for_a_month, lose_an_answer_and_read_nothing)


def _pay(stage: Stage, worker: Own) -> Payment:
    bill = stage.bills(['42.00'])[0]
    body = {'transaction_id': f'T-{bill.id}', 'amount': '42.00'}
    status, answer = worker.do('ask', path=bill.pay_path, body=body)
    assert status == 200, answer
    return Payment.objects.select_related('regie').get(family_id=bill.family)


def _sent(stage: Stage) -> int:
    return stage.maelis.calls().get('payInvoices', 0)


def _fits(pause: timedelta, expected: timedelta) -> bool:
    """A fifth more or less, so that payments of one moment do not come back together."""
    return expected * 0.8 <= pause <= expected * 1.2 + SLACK


def _next_try(worker: Own, payment: Payment) -> timedelta:
    """Lets it happen, no person being asked, and gives the pause that follows."""
    assert payment.next_attempt_at
    worker.clock.now = max(worker.clock.now, payment.next_attempt_at)
    worker.do('do_round', actor='worker')
    payment.refresh_from_db()
    assert not payment.attention and payment.next_attempt_at
    return payment.next_attempt_at - moments(payment, 'never-left')[-1]


def _go_on_until(worker: Own, payment: Payment, over: Callable[[], bool]) -> None:
    """From one moment at which something is due to the next."""
    while not over():
        assert payment.next_attempt_at, payment.state
        worker.clock.now = max(worker.clock.now, payment.next_attempt_at)
        worker.do('do_round', actor='worker')
        payment.refresh_from_db()
