"""Tell Maelis of one payment: claim it, ask what is due now, send it, write down what came of it.

Each step is committed before the next one begins, and nothing is held open while the network is waited for.
Whatever happens from then on is either written down or, the worker being dead, taken as a lost answer
once the lease is over.
"""

import logging
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from ..domain.attention import Attention
from ..domain.payment_states import Event
from ..errors import BadRequest, ConnectorError, MaelisError, MisconfiguredConnector, NeverLeft, Refused
from ..maelis import Deadline
from ..models import LeaseLost, Payment
from ..settings import app_settings
from .await_other_payments import await_other_payments
from .claim_payment import claim_payment
from .maelis_of import maelis_of
from .prepare_payment import prepare_payment
from .put_back_payment import put_back_refused, put_back_unsent

logger = logging.getLogger(__name__)
#: Share of its lease after which a worker sends nothing more, however long Maelis may take to be read.
SHARE_OF_LEASE = 0.75
#: An answer that is lost again and again is no accident.
LOSSES_BEFORE_A_PERSON_IS_ASKED = 10


def deliver_payment(payment: Payment, *, actor: str) -> None:
    """Does nothing when another worker took it first, or when another payment of its invoice is in flight."""
    deadline = _deadline(payment)
    if not claim_payment(payment, actor=actor):
        return
    try:
        _deliver(payment, actor, deadline)
    except LeaseLost:
        logger.warning('payment %s: the lease was lost, nothing more is written', payment.pk)


def _deadline(payment: Payment) -> Deadline:
    """Made before the claim, and over before the lease: a worker that froze since then sends nothing."""
    settings = app_settings()
    enough = settings.PAY_DEADLINE + payment.regie.connector.deadline
    return Deadline.after(min(enough, settings.LEASE * SHARE_OF_LEASE))


def _deliver(payment: Payment, actor: str, deadline: Deadline) -> None:
    earlier = payment.baseline
    try:
        await_other_payments(payment)
        ready = prepare_payment(payment, actor=actor)
    except (MaelisError, MisconfiguredConnector) as error:
        put_back_unsent(payment, actor=actor, error=error, baseline=earlier)
        return
    if ready:
        _send_and_write_down(payment, actor, deadline, earlier)


def _send_and_write_down(payment: Payment, actor: str, deadline: Deadline, earlier: Decimal | None) -> None:
    try:
        word = _send(payment, deadline)
    except (NeverLeft, MisconfiguredConnector) as error:
        put_back_unsent(payment, actor=actor, error=error, baseline=earlier)
    except (Refused, BadRequest) as error:
        put_back_refused(payment, actor=actor, error=error, baseline=earlier)
    except ConnectorError as error:
        declare_lost(payment, actor=actor, reason=error.detail or str(error))
    except Exception as error:
        logger.exception('payment %s: unforeseen failure while sending', payment.pk)
        declare_lost(payment, actor=actor, reason=type(error).__name__)
    else:
        _acknowledge(payment, actor, word)


def _send(payment: Payment, deadline: Deadline) -> str:
    assert payment.sent_amount is not None  # noqa: S101 - committed by prepare_payment
    return maelis_of(payment.regie.connector).pay_invoices(
        family_id=payment.family_id,
        regie_code=payment.regie.code,
        amount=payment.sent_amount,
        paid_at=payment.paid_at,
        reference=payment.transaction_id,
        numbers=[payment.invoice_number],
        deadline=deadline,
    )


def _acknowledge(payment: Payment, actor: str, word: str) -> None:
    now = timezone.now()
    payment.apply(
        Event.ACKNOWLEDGED,
        actor=actor,
        at=now,
        reason=word,
        acknowledged_at=now,
        failures=0,
        lease_until=None,
        next_attempt_at=now + payment_lag(payment),
    )


def declare_lost(payment: Payment, *, actor: str, reason: str) -> None:
    """Nobody knows whether Maelis took it: it is read back once Maelis had the time to show it."""
    now = timezone.now()
    losses = payment.losses + 1
    endless = losses >= LOSSES_BEFORE_A_PERSON_IS_ASKED
    payment.apply(
        Event.LOST,
        actor=actor,
        at=now,
        reason=reason,
        failures=0,
        losses=losses,
        lease_until=None,
        attention=Attention.UNDECIDED if endless else '',
        next_attempt_at=None if endless else now + payment_lag(payment),
    )


def payment_lag(payment: Payment) -> timedelta:
    return timedelta(seconds=payment.regie.connector.payment_lag)
