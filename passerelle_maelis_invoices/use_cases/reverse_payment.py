"""Undo a payment, by a person and with a reason: its invoice is open again as far as we are concerned."""

from django.utils import timezone

from ..domain.payment_states import Event, State
from ..errors import BadRequest
from ..models import Payment


def reverse_payment(payment: Payment, *, actor: str, reason: str) -> None:
    """Raises BadRequest without a reason, or while the payment is on its way to Maelis."""
    if not reason.strip():
        raise BadRequest('Indiquez le motif de l’annulation.')
    if payment.state == State.SENDING:
        raise BadRequest('Ce règlement est en cours de transmission ; attendez-en l’issue, puis recommencez.')
    payment.apply(
        Event.REVERSED,
        actor=actor,
        at=timezone.now(),
        reason=reason.strip(),
        attention='',
        next_attempt_at=None,
    )
