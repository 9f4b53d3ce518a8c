"""Send a payment again that was refused or set aside, once a person dealt with the cause."""

from django.utils import timezone

from ..domain.payment_states import Event
from ..models import Payment


def resubmit_payment(payment: Payment, *, actor: str, reason: str) -> None:
    """Its tries count from zero again. Raises ForbiddenTransition unless it is recorded or refused."""
    now = timezone.now()
    payment.apply(
        Event.RESUBMITTED,
        actor=actor,
        at=now,
        reason=reason.strip(),
        attention='',
        failures=0,
        refusals=0,
        losses=0,
        next_attempt_at=now,
    )
