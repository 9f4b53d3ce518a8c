"""One round of the worker: every payment that is due, oldest first within each kind of work."""

import logging
from collections.abc import Callable

from django.db import close_old_connections
from django.db.models import QuerySet
from django.utils import timezone

from ..domain.payment_states import State
from ..models import Payment
from .deliver_payment import deliver_payment
from .read_back_payment import declare_lapsed, look_for_delivered, read_back_uncertain
from .write_ledger import write_ledger

logger = logging.getLogger(__name__)
#: Payments of one kind taken in one round, so that no kind of work starves another.
BATCH = 50


def work(*, actor: str, go_on: Callable[[], bool] = lambda: True) -> int:
    """Returns the number of payments looked at; ``go_on`` is asked before each one.

    One payment's unforeseen failure is logged and does not stop the others. The ledger is then complete.
    """
    done = 0
    for state, step in _steps(actor):
        for pk in _due(state)[:BATCH]:
            if not go_on():
                return done
            _take(pk, state, step)
            done += 1
    _enter_in_ledger()
    return done


def work_on(payment_id: int, *, actor: str) -> None:
    """The step that this payment is due for; nothing when it is due for none: its row decides."""
    for state, step in _steps(actor):
        if _due(state).filter(pk=payment_id).exists():
            _take(payment_id, state, step)
            return


def due_payments(most: int) -> list[int]:
    """The primary keys of the oldest ones of each kind, for whoever hands them out to workers."""
    return [pk for state, _ in _steps('') for pk in _due(state)[:most]]


Step = Callable[[Payment], object]


def _steps(actor: str) -> list[tuple[State, Step]]:
    return [
        (State.SENDING, lambda payment: declare_lapsed(payment, actor=actor)),
        (State.DELIVERED, lambda payment: look_for_delivered(payment, actor=actor)),
        (State.UNCERTAIN, lambda payment: read_back_uncertain(payment, actor=actor)),
        (State.RECORDED, lambda payment: deliver_payment(payment, actor=actor)),
    ]


def _due(state: State) -> QuerySet[Payment, int]:
    now = timezone.now()
    lapsed = state is State.SENDING
    due = Payment.objects.lapsed(now) if lapsed else Payment.objects.in_state(state).due(now)
    return due.values_list('pk', flat=True)


def _take(pk: int, state: State, step: Step) -> None:
    payment = Payment.objects.select_related('regie__connector').get(pk=pk)
    if payment.state != state:
        return
    try:
        step(payment)
    except Exception:
        logger.exception('payment %s: unforeseen failure', pk)
        close_old_connections()


def _enter_in_ledger() -> None:
    try:
        write_ledger()
    except Exception:
        logger.exception('the ledger could not be written; it is completed in the next round')
        close_old_connections()
