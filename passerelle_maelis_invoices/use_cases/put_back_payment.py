"""Put a payment back that Maelis certainly does not hold, and say when it is tried again."""

from decimal import Decimal
from random import SystemRandom

from django.utils import timezone

from ..domain.attention import Attention
from ..domain.payment_states import Event
from ..domain.retry_schedule import PATIENCE, pause_after_failure, pause_after_refusal
from ..errors import ConnectorError
from ..models import Payment

CHANCE = SystemRandom()


def put_back_unsent(payment: Payment, *, actor: str, error: ConnectorError, baseline: Decimal | None) -> None:
    """The call never left. ``baseline`` is that of an earlier try whose fate may still show, if any."""
    now = timezone.now()
    failures = payment.failures + 1
    tired = now - payment.received_at > PATIENCE
    payment.apply(
        Event.NEVER_LEFT,
        actor=actor,
        at=now,
        reason=error.detail or str(error),
        baseline=baseline,
        failures=failures,
        lease_until=None,
        next_attempt_at=now + pause_after_failure(failures, CHANCE),
        attention=Attention.OUT_OF_PATIENCE if tired else '',
    )


def put_back_refused(
    payment: Payment, *, actor: str, error: ConnectorError, baseline: Decimal | None
) -> None:
    """Maelis said no: tried again twice, then a person is asked."""
    now = timezone.now()
    refusals = payment.refusals + 1
    pause = pause_after_refusal(refusals, CHANCE)
    payment.apply(
        Event.DECLINED if pause else Event.DEAD_LETTERED,
        actor=actor,
        at=now,
        reason=error.detail or str(error),
        baseline=baseline,
        failures=0,
        refusals=refusals,
        lease_until=None,
        next_attempt_at=now + pause if pause else None,
        attention='' if pause else Attention.REFUSED,
    )
