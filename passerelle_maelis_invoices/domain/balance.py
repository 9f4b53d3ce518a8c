"""What became of the money that the portal announced: every accepted euro is in exactly one place."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Self

from .money import ZERO
from .payment_states import State

KNOWN_TO_MAELIS = (State.DELIVERED, State.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Accepted:
    """One payment whose amount is known."""

    state: State
    attention: str
    amount: Decimal
    #: What its invoice does not take.
    surplus: Decimal = ZERO
    #: The part of the surplus for which a credit note stands.
    credited: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Balance:
    delivered: Decimal = ZERO
    pending: Decimal = ZERO
    needing_attention: Decimal = ZERO
    reversed: Decimal = ZERO
    credited: Decimal = ZERO

    @property
    def accepted(self) -> Decimal:
        return sum((getattr(self, part.name) for part in fields(self)), ZERO)

    def __add__(self, other: Self) -> 'Balance':
        return Balance(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


def balance(payments: Iterable[Accepted]) -> Balance:
    """A reversed payment is reversed whole, refunded before or not."""
    total = Balance()
    for payment in payments:
        total += _place(payment)
    return total


def _place(payment: Accepted) -> Balance:
    if payment.state is State.REVERSED:
        return Balance(reversed=payment.amount)
    to_credit = payment.surplus - payment.credited if payment.state in KNOWN_TO_MAELIS else ZERO
    rest = payment.amount - payment.credited - to_credit
    if payment.attention:
        return Balance(needing_attention=rest + to_credit, credited=payment.credited)
    if payment.state in KNOWN_TO_MAELIS:
        return Balance(delivered=rest, needing_attention=to_credit, credited=payment.credited)
    return Balance(pending=rest, credited=payment.credited)
