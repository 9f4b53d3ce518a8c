"""What Maelis's figures, read just now, say of our payments: that it shows one, or shows one no more."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from ..domain.payment_states import Event, State
from ..domain.withdrawal import removed_meanwhile
from ..models import LeaseLost, Payment, Regie
from ..models.payment import STILL_IN_MAELIS
from ..models.prepared import columns, loaded, prepared

Figures = Mapping[str, Decimal]
PAYMENT = columns(Payment)
#: In the journal of a reversed payment; no step of it, which is ended.
REMOVED = 'removed'


def notice_shown_payments(
    *, regie: Regie, family_id: str, before: Figures, now: Figures, at: datetime
) -> None:
    """``before`` and ``now`` are what Maelis shows as paid by invoice number, treasury left out."""
    withdrawn: dict[str, list[Payment]] = defaultdict(list)
    for row in _waiting(regie.pk, family_id):
        payment = loaded(Payment, PAYMENT, row)
        if payment.invoice_number not in now:
            continue
        if payment.state == State.DELIVERED:
            _confirm_if_shown(payment, now[payment.invoice_number], at)
        else:
            withdrawn[payment.invoice_number].append(payment)
    for number, payments in withdrawn.items():
        _note_removed(payments, before.get(number, now[number]), now[number], at)


@prepared(Payment)
def _waiting(regie_id: int, family_id: str) -> QuerySet[Payment, tuple[Any, ...]]:
    """Those of which Maelis's figures may have news, the first accepted first."""
    waiting = Payment.objects.filter(
        Q(state=State.DELIVERED) | Q(STILL_IN_MAELIS, state=State.REVERSED),
        regie=regie_id,
        family_id=family_id,
    )
    return waiting.order_by('acknowledged_at', 'pk').values_list(*PAYMENT)


def _confirm_if_shown(payment: Payment, shown: Decimal, at: datetime) -> None:
    if payment.baseline is None or payment.sent_amount is None:
        return
    if shown >= payment.baseline + payment.sent_amount:
        _confirm(payment, at, f'Maelis montre {shown} € payés')


def _confirm(payment: Payment, at: datetime, reason: str) -> None:
    try:
        payment.apply(
            Event.SHOWN, actor='Maelis', at=at, reason=reason, seen_at=at, next_attempt_at=None, attention=''
        )
    except LeaseLost:
        return


def _note_removed(payments: list[Payment], before: Decimal, now: Decimal, at: datetime) -> None:
    amounts = [payment.sent_amount for payment in payments if payment.sent_amount is not None]
    for payment in payments[: removed_meanwhile(before, now, amounts)]:
        with suppress(LeaseLost):
            told = f'Maelis montrait {before} € payés, et n’en montre plus que {now}'
            payment.journal(REMOVED, actor='Maelis', at=at, reason=told, withdrawn_at=at)
