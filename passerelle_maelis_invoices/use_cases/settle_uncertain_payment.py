"""A person found out what became of a payment, and says it: its answer was lost, or Maelis never shows it."""

from typing import Any

from django.utils import timezone

from ..domain.attention import Attention, Oddity
from ..domain.payment_states import Event, State
from ..errors import BadRequest, ForbiddenTransition
from ..models import Payment


def is_not_shown(payment: Payment) -> bool:
    """Maelis accepted it, and a person is asked since it does not show it."""
    return payment.state == State.DELIVERED and payment.attention == Attention.NOT_SHOWN


def declare_held_by_maelis(payment: Payment, *, actor: str, reason: str) -> None:
    """Maelis has it: an uncertain one is delivered, one not shown is done, though no figure showed it.

    Raises ForbiddenTransition for any other, BadRequest without a reason.
    """
    now = timezone.now()
    found = {'acknowledged_at': now, 'failures': 0, 'next_attempt_at': now}
    done = {'next_attempt_at': None}
    event, changes = (Event.SHOWN, done) if is_not_shown(payment) else (Event.FOUND, found)
    payment.apply(event, actor=actor, at=now, reason=_given(reason), attention='', **changes)


def declare_not_held_by_maelis(payment: Payment, *, actor: str, reason: str) -> None:
    """Maelis has it not: it is sent again. Raises as ``declare_held_by_maelis`` does."""
    if payment.state == State.DELIVERED and not is_not_shown(payment):
        raise ForbiddenTransition('Maelis a accepté ce règlement, et peut encore le montrer.')
    now = timezone.now()
    payment.apply(
        Event.ABSENT,
        actor=actor,
        at=now,
        reason=_given(reason),
        attention='',
        failures=0,
        losses=0,
        next_attempt_at=now,
        **(_still_to_weigh() if is_not_shown(payment) else _taken_at_its_word(payment)),
    )


def _still_to_weigh() -> dict[str, Any]:
    """Maelis accepted it: its figures are asked once more before anything leaves, and must not have moved."""
    return {'acknowledged_at': None}


def _taken_at_its_word(payment: Payment) -> dict[str, Any]:
    said = sorted({*payment.oddities, Oddity.SAID_ABSENT})
    return {'baseline': None, 'sent_amount': None, 'oddities': said}


def _given(reason: str) -> str:
    if not reason.strip():
        raise BadRequest('Indiquez comment vous le savez.')
    return reason.strip()
