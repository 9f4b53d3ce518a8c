"""Deal with a notification that could not be read: record the payment that it told of, or set it aside."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from ..domain.notice import PaymentNotice
from ..errors import BadRequest
from ..models import Payment, RejectedNotification
from .record_payment import record_payment


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a person read in it, or found out at the bank; ``amount`` ``None``: what is left to pay."""

    invoice_id: str
    transaction_id: str
    amount: Decimal | None = None
    paid_at: datetime | None = None


def replay_notification(
    rejected: RejectedNotification, corrected: Corrected, *, actor: str, reason: str
) -> Payment:
    """Recorded first, marked as dealt with afterwards: stopped half-way, it is replayed into the same row.

    Raises BadRequest when it was dealt with already, StorageError when nothing could be kept.
    """
    _require_open(rejected)
    notice = PaymentNotice(
        corrected.transaction_id,
        amount=corrected.amount,
        paid_at=corrected.paid_at,
        raw=rejected.body,
    )
    payment = record_payment(
        regie=rejected.regie,
        invoice_id=corrected.invoice_id,
        notice=notice,
        client=rejected.client,
        actor=actor,
        reason=f'Notification rejetée nº {rejected.pk}, corrigée. {reason}'.strip(),
    )
    _settle(rejected, actor, f'Règlement {payment} enregistré. {reason}'.strip(), payment)
    return payment


def dismiss_notification(rejected: RejectedNotification, *, actor: str, reason: str) -> None:
    """No payment came of it. Raises BadRequest without a reason, or when it was dealt with already."""
    if not reason.strip():
        raise BadRequest('Indiquez pourquoi il n’y a rien à enregistrer.')
    _require_open(rejected)
    _settle(rejected, actor, reason.strip(), None)


def _require_open(rejected: RejectedNotification) -> None:
    if RejectedNotification.objects.unsettled().filter(pk=rejected.pk).exists():
        return
    raise BadRequest('Cette notification a déjà été traitée.')


def _settle(rejected: RejectedNotification, actor: str, outcome: str, payment: Payment | None) -> None:
    """Once: of two people, the first one is remembered."""
    mine = RejectedNotification.objects.unsettled().filter(pk=rejected.pk)
    mine.update(settled_at=timezone.now(), settled_by=actor, outcome=outcome, payment=payment)
    rejected.refresh_from_db()
