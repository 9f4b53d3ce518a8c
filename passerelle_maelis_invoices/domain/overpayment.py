"""How much of a payment its invoice can take; the rest is never sent to Maelis."""

from dataclasses import dataclass
from decimal import Decimal

from .money import ZERO


@dataclass(frozen=True, slots=True)
class Allotment:
    #: The part that pays the invoice.
    allotted: Decimal
    #: The part that must go back to the payer.
    surplus: Decimal


def allot(amount: Decimal, due: Decimal) -> Allotment:
    """Splits ``amount`` so that no more than ``due`` is transmitted; the two parts add up to it."""
    allotted = min(max(amount, ZERO), max(due, ZERO))
    return Allotment(allotted, amount - allotted)
