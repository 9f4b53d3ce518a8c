"""Ask Maelis whether it holds a payment: one whose answer was lost, or one that it does not show yet."""

import logging
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from ..domain.attention import Attention
from ..domain.french import moment
from ..domain.invoice import InvoiceFigures
from ..domain.payment_states import Event, State
from ..domain.readback import Verdict, verdict
from ..domain.retry_schedule import (
    is_never_shown,
    patience_until_shown,
    pause_after_failure,
    pause_out_of_reach,
)
from ..errors import MaelisError, MisconfiguredConnector
from ..models import LeaseLost, Payment
from .deliver_payment import declare_lost, payment_lag
from .prepare_payment import is_beside_one_not_shown, maelis_figures, may_be_hidden, told_figures
from .put_back_payment import CHANCE

logger = logging.getLogger(__name__)
#: Accepted payments that Maelis is asked about, until it answers for one, before another is taken for absent.
WITNESSES = 3


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


def look_for_delivered(payment: Payment, *, actor: str) -> bool:
    """Reads the invoice again; storing the answer confirms the payment when Maelis shows it.

    Its ``failures`` are the answers that did not: after many of them a person is asked, and Maelis still is.
    False when Maelis could not be asked.
    """
    now = timezone.now()
    try:
        figures = maelis_figures(payment)
    except (MaelisError, MisconfiguredConnector):
        waited = now - (payment.acknowledged_at or now)
        _look_again(payment, next_attempt_at=now + pause_out_of_reach(waited, CHANCE))
        return False
    if Payment.objects.filter(pk=payment.pk, fence=payment.fence).exists():
        _note_not_shown(payment, actor, figures)
    return True


def _note_not_shown(payment: Payment, actor: str, figures: InvoiceFigures | None) -> None:
    now, failures = timezone.now(), payment.failures + 1
    age = now - (payment.acknowledged_at or payment.received_at)
    if payment.attention or not is_never_shown(age=age, lag=payment_lag(payment), answers=failures):
        _put_off(payment)
        return
    try:
        payment.apply(
            Event.SET_ASIDE,
            actor=actor,
            at=now,
            reason=_told_of_one_not_shown(payment, figures),
            attention=Attention.NOT_SHOWN,
            failures=failures,
            next_attempt_at=now + pause_after_failure(failures, CHANCE),
        )
    except LeaseLost:
        logger.info('payment %s: changed by another', payment.pk)


def _told_of_one_not_shown(payment: Payment, figures: InvoiceFigures | None) -> str:
    accepted = f'Accepté par Maelis le {moment(payment.acknowledged_at or payment.received_at)}'
    if figures is None:
        return f'{accepted}, qui ne liste plus cette facture'
    if payment.sent_amount is None:
        return f'{accepted}, qui montre {figures.paid_directly} € payés'
    return f'{accepted}. {told_figures(payment, figures)}'


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
    if is_beside_one_not_shown(payment):
        _set_aside(payment, actor, f'{told}, où un autre règlement, que Maelis a, peut apparaître aussi')
    elif found is Verdict.FOUND:
        payment.apply(
            Event.FOUND,
            actor=actor,
            at=asked_at,
            reason=told,
            acknowledged_at=asked_at,
            failures=0,
            next_attempt_at=asked_at,
        )
    elif found is Verdict.UNDECIDED:
        _set_aside(payment, actor, told)
    elif may_be_hidden(payment):
        _set_aside(payment, actor, f'{told}, mais un règlement annulé a pu en être retiré entre-temps')
    elif not _has_witness(payment, asked_at, actor):
        _put_off(payment)
    elif _maelis_is_slower_than_promised(payment, asked_at):
        _set_aside(payment, actor, f'{told}, mais d’autres règlements tardent à y apparaître')
    else:
        _absent(payment, actor, told)


def _maelis_is_slower_than_promised(payment: Payment, now: datetime) -> bool:
    """Payments that it did accept are not shown after the lag: that this one is not shown proves nothing."""
    return _accepted_lately(payment, now).filter(failures__gt=0).exists()


def _has_witness(payment: Payment, now: datetime, actor: str) -> bool:
    """Payments that should be shown by now were asked about: how quick Maelis is today is known.

    The youngest of them is the best witness. False when Maelis answers for none, so that nothing is known.
    """
    overdue = _accepted_lately(payment, now).filter(acknowledged_at__lte=now - payment_lag(payment))
    unasked = overdue.filter(failures=0).select_related('regie__connector')
    witnesses = list(unasked.order_by('-acknowledged_at', '-pk')[:WITNESSES])
    return not witnesses or any(look_for_delivered(witness, actor=actor) for witness in witnesses)


def _accepted_lately(payment: Payment, now: datetime) -> QuerySet[Payment]:
    """One not shown after a long time says nothing of how quick Maelis is: a person is asked about it."""
    return Payment.objects.filter(
        regie__connector=payment.regie.connector_id,
        state=State.DELIVERED,
        acknowledged_at__gt=now - patience_until_shown(payment_lag(payment)),
    )


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
    pause = pause_after_failure(failures, CHANCE)
    _look_again(payment, failures=failures, next_attempt_at=timezone.now() + pause)


def _look_again(payment: Payment, **when: Any) -> None:
    try:
        payment.write(**when)
    except LeaseLost:
        logger.info('payment %s: changed by another', payment.pk)
