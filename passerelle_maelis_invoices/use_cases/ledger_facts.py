"""What the ledger has to say of some payments, derived from their rows alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..domain.credit_note import Refund
from ..domain.ledger import Kind, accounting_day
from ..domain.paris import day_in_paris
from ..domain.payment_states import Event, State
from ..models import CreditNote, MonthClosing, Payment, PaymentEvent, RefundStep


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an entry accounts for."""

    kind: Kind
    payment: Payment
    at: datetime
    amount: Decimal
    credit_note: CreditNote | None = None

    def day(self, closings: Iterable[MonthClosing]) -> date:
        """Its accounting day; ``closings`` are those that there were when it was entered."""
        since = max((closing.open_from for closing in closings), default=None)
        return accounting_day(day_in_paris(self.at), open_from=since)


def facts_of(payments: Iterable[Payment]) -> Iterator[Fact]:
    """None of a payment whose amount is not known. Credit notes are loaded with the payments."""
    payments = [payment for payment in payments if payment.amount is not None]
    reversals = _moments_of_reversal(payments)
    cancellations = _moments_of_cancellation(payments)
    for payment in payments:
        yield from _facts(payment, reversals, cancellations)


def _facts(
    payment: Payment, reversals: dict[int, datetime], cancellations: dict[int, datetime]
) -> Iterator[Fact]:
    assert payment.amount is not None  # noqa: S101 - see facts_of
    yield Fact(Kind.PAYMENT, payment, payment.received_at, payment.amount)
    note = getattr(payment, 'credit_note', None)
    if note is not None:
        yield Fact(Kind.CREDIT_NOTE, payment, note.issued_at, -note.amount, note)
        if note.pk in cancellations:
            yield Fact(Kind.CREDIT_NOTE_CANCELLED, payment, cancellations[note.pk], note.amount, note)
    if payment.state == State.REVERSED:
        reversed_at = reversals.get(payment.pk, payment.received_at)
        yield Fact(Kind.REVERSAL, payment, reversed_at, -payment.amount)


def _moments_of_reversal(payments: Iterable[Payment]) -> dict[int, datetime]:
    reversed_ones = [payment.pk for payment in payments if payment.state == State.REVERSED]
    events = PaymentEvent.objects.filter(payment__in=reversed_ones, event=Event.REVERSED)
    return dict(events.values_list('payment_id', 'at'))


def _moments_of_cancellation(payments: Iterable[Payment]) -> dict[int, datetime]:
    steps = RefundStep.objects.filter(
        credit_note__payment__in=[payment.pk for payment in payments], progress=Refund.CANCELLED
    )
    return dict(steps.values_list('credit_note_id', 'at'))
