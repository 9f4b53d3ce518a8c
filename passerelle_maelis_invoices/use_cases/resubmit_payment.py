"""Send a payment again that was refused or set aside, once a person dealt with the cause."""

from typing import Any

from django.utils import timezone

from ..domain.attention import Attention
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
        **_allotted_anew(payment),
    )


def _allotted_anew(payment: Payment) -> dict[str, Any]:
    """One that its invoice had no room for may find some now; delivery sends no more than is due."""
    had_no_room = payment.attention == Attention.NOTHING_DUE and payment.amount is not None
    return {'allotted': payment.amount} if had_no_room else {}
