"""A person found out what became of a payment whose answer was lost, and says it."""

from django.utils import timezone

from ..domain.attention import Oddity
from ..domain.payment_states import Event
from ..errors import BadRequest
from ..models import Payment


def declare_held_by_maelis(payment: Payment, *, actor: str, reason: str) -> None:
    """Maelis has it. Raises ForbiddenTransition unless it is uncertain, BadRequest without a reason."""
    now = timezone.now()
    payment.apply(
        Event.FOUND,
        actor=actor,
        at=now,
        reason=_given(reason),
        attention='',
        acknowledged_at=now,
        failures=0,
        next_attempt_at=now,
    )


def declare_not_held_by_maelis(payment: Payment, *, actor: str, reason: str) -> None:
    """Maelis has it not: it is sent again. Raises as ``declare_held_by_maelis`` does."""
    now = timezone.now()
    payment.apply(
        Event.ABSENT,
        actor=actor,
        at=now,
        reason=_given(reason),
        attention='',
        baseline=None,
        sent_amount=None,
        oddities=sorted({*payment.oddities, Oddity.SAID_ABSENT}),
        failures=0,
        losses=0,
        next_attempt_at=now,
    )


def _given(reason: str) -> str:
    if not reason.strip():
        raise BadRequest('Indiquez comment vous le savez.')
    return reason.strip()
