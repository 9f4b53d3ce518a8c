"""Ask Maelis whether it holds a payment: one whose answer was lost, or one that it does not show yet."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from ..domain.attention import Attention
from ..domain.invoice import InvoiceFigures
from ..domain.payment_states import Event, State
from ..domain.readback import Verdict, verdict
from ..domain.retry_schedule import pause_after_failure
from ..errors import MaelisError, MisconfiguredConnector
from ..models import LeaseLost, Payment
from .deliver_payment import declare_lost
from .prepare_payment import maelis_figures, may_be_hidden, told_figures
from .put_back_payment import CHANCE

logger = logging.getLogger(__name__)
#: A payment acknowledged this long ago says nothing any more about how quickly Maelis shows payments.
RECENT = timedelta(days=1)


def declare_lapsed(payment: Payment, *, actor: str) -> None:
    """A worker claimed it and did not finish in time."""
    try:
        declare_lost(payment, actor=actor, reason='Le transmetteur s’est arrêté avant la réponse')
    except LeaseLost:
        logger.info('payment %s: finished after all', payment.pk)


def read_back_uncertain(payment: Payment, *, actor: str) -> None:
    """Found: delivered. Absent: recorded, hence sent again. Neither: a person decides."""
    try:
        _read_back(payment, actor)
    except LeaseLost:
        logger.info('payment %s: settled by another', payment.pk)


def look_for_delivered(payment: Payment) -> None:
    """Reads the invoice again; storing the answer confirms the payment when Maelis shows it."""
    try:
        maelis_figures(payment)
    except (MaelisError, MisconfiguredConnector):
        logger.info('payment %s: Maelis could not be asked', payment.pk)
    if Payment.objects.filter(pk=payment.pk, fence=payment.fence).exists():
        _put_off(payment)


def _read_back(payment: Payment, actor: str) -> None:
    if payment.baseline is None or payment.sent_amount is None:
        _absent(payment, actor, 'Rien n’avait été envoyé')
        return
    asked_at = timezone.now()
    try:
        figures = maelis_figures(payment)
    except (MaelisError, MisconfiguredConnector):
        _put_off(payment)
        return
    if figures is None:
        _set_aside(payment, actor, 'Maelis ne liste plus cette facture')
        return
    _conclude(payment, actor, figures, asked_at)


def _conclude(payment: Payment, actor: str, figures: InvoiceFigures, asked_at: datetime) -> None:
    assert payment.baseline is not None and payment.sent_amount is not None  # noqa: S101 - see _read_back
    found = verdict(before=payment.baseline, after=figures.paid_directly, amount=payment.sent_amount)
    told = told_figures(payment, figures)
    if found is Verdict.FOUND:
        payment.apply(
            Event.FOUND,
            actor=actor,
            at=asked_at,
            reason=told,
            acknowledged_at=asked_at,
            next_attempt_at=asked_at,
        )
    elif found is Verdict.UNDECIDED:
        _set_aside(payment, actor, told)
    elif _maelis_is_slower_than_promised(payment, asked_at):
        _set_aside(payment, actor, f'{told}, mais d’autres règlements tardent à y apparaître')
    elif may_be_hidden(payment):
        _set_aside(payment, actor, f'{told}, mais un règlement annulé a pu en être retiré entre-temps')
    else:
        _absent(payment, actor, told)


def _maelis_is_slower_than_promised(payment: Payment, now: datetime) -> bool:
    """Payments that it did accept are not shown after the lag: that this one is not shown proves nothing."""
    late = Payment.objects.filter(
        regie__connector=payment.regie.connector_id,
        state=State.DELIVERED,
        failures__gt=0,
        acknowledged_at__gt=now - RECENT,
    )
    return late.exists()


def _absent(payment: Payment, actor: str, reason: str) -> None:
    now = timezone.now()
    payment.apply(Event.ABSENT, actor=actor, at=now, reason=reason, failures=0, next_attempt_at=now)


def _set_aside(payment: Payment, actor: str, reason: str) -> None:
    payment.apply(
        Event.SET_ASIDE,
        actor=actor,
        at=timezone.now(),
        reason=reason,
        attention=Attention.UNDECIDED,
        next_attempt_at=None,
    )


def _put_off(payment: Payment) -> None:
    failures = payment.failures + 1
    try:
        payment.write(
            failures=failures, next_attempt_at=timezone.now() + pause_after_failure(failures, CHANCE)
        )
    except LeaseLost:
        logger.info('payment %s: changed by another', payment.pk)
