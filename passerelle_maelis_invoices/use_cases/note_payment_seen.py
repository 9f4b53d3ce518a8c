"""A person saw what is odd about a payment: it is not shown as news any more."""

from django.utils import timezone

from ..domain.payment_states import Event
from ..errors import BadRequest
from ..models import Payment


def note_payment_seen(payment: Payment, *, actor: str, reason: str = '') -> None:
    """Nothing else changes. Raises BadRequest where a decision is asked for, or while it is on its way."""
    if payment.attention:
        raise BadRequest('Ce règlement attend une décision : le voir ne suffit pas.')
    if payment.asked:
        payment.apply(Event.NOTED, actor=actor, at=timezone.now(), reason=reason.strip())
