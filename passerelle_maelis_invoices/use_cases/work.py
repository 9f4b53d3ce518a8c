"""One round of the worker: every payment that is due, oldest first within each kind of work."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from ..domain.payment_states import State
from ..models import Payment
from .deliver_payment import deliver_payment
from .read_back_payment import declare_lapsed, look_for_delivered, read_back_uncertain

logger = logging.getLogger(__name__)
#: Payments of one kind taken in one round, so that no kind of work starves another.
BATCH = 50


def work(*, actor: str, go_on: Callable[[], bool] = lambda: True) -> int:
    """Returns the number of payments looked at; ``go_on`` is asked before each one.

    One payment's unforeseen failure is logged and does not stop the others.
    """
    done = 0
    for state, step in _steps(actor):
        for pk in _due(state, timezone.now()):
            if not go_on():
                return done
            _take(pk, state, step)
            done += 1
    return done


Step = Callable[[Payment], None]


def _steps(actor: str) -> list[tuple[State, Step]]:
    return [
        (State.SENDING, lambda payment: declare_lapsed(payment, actor=actor)),
        (State.DELIVERED, look_for_delivered),
        (State.UNCERTAIN, lambda payment: read_back_uncertain(payment, actor=actor)),
        (State.RECORDED, lambda payment: deliver_payment(payment, actor=actor)),
    ]


def _due(state: State, now: datetime) -> list[int]:
    lapsed = state is State.SENDING
    due = Payment.objects.lapsed(now) if lapsed else Payment.objects.in_state(state).due(now)
    return list(due.values_list('pk', flat=True)[:BATCH])


def _take(pk: int, state: State, step: Step) -> None:
    payment = Payment.objects.select_related('regie__connector').get(pk=pk)
    if payment.state != state:
        return
    try:
        step(payment)
    except Exception:
        logger.exception('payment %s: unforeseen failure', pk)
        close_old_connections()
