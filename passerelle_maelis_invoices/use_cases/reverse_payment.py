"""Undo a payment, by a person and with a reason: its invoice is open again as far as we are concerned."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ..domain.credit_note import Refund
from ..domain.payment_states import Event, State
from ..errors import BadRequest
from ..models import CreditNote, Payment


def reverse_payment(payment: Payment, *, actor: str, reason: str) -> None:
    """Raises BadRequest without a reason, or while the payment is on its way to Maelis.

    A credit note of it that is not refunded yet falls with it.
    """
    if not reason.strip():
        raise BadRequest('Indiquez le motif de l’annulation.')
    if payment.state == State.SENDING:
        raise BadRequest('Ce règlement est en cours de transmission ; attendez-en l’issue, puis recommencez.')
    now = timezone.now()
    with transaction.atomic():
        payment.apply(
            Event.REVERSED,
            actor=actor,
            at=now,
            reason=reason.strip(),
            attention='',
            next_attempt_at=None,
            ledger_due=True,
        )
        _cancel_credit_note(payment, actor, now)


def _cancel_credit_note(payment: Payment, actor: str, at: datetime) -> None:
    note = CreditNote.objects.filter(payment=payment).first()
    if note is None or note.last_step.progress != Refund.TO_DO:
        return
    note.refund_steps.create(
        n=note.last_step.n + 1,
        progress=Refund.CANCELLED,
        at=at,
        actor=actor,
        reason='Le règlement a été annulé.',
    )
