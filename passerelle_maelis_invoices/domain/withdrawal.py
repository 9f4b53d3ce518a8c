"""Reversed payments that Maelis still shows: it was told of the payment, nobody told it of the reversal."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .money import ZERO


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A reversed payment that Maelis accepted: what it was sent, and what it showed as paid before."""

    sent: Decimal
    baseline: Decimal


def still_shown(paid_directly: Decimal, withdrawn: Iterable[Withdrawn]) -> Decimal:
    """The part of Maelis's figure, treasury left out, that reversed payments explain.

    Never more than the figure grew since they were sent: one that Maelis has removed meanwhile, or has not
    shown yet, takes nothing from money that came from elsewhere before.
    """
    parts = (min(payment.sent, max(ZERO, paid_directly - payment.baseline)) for payment in withdrawn)
    return min(sum(parts, ZERO), max(ZERO, paid_directly))


def removed_meanwhile(before: Decimal, now: Decimal, withdrawn: Iterable[Decimal]) -> int:
    """How many of the amounts, oldest first, Maelis removed between two readings of its figure."""
    fall, removed = before - now, 0
    for sent in withdrawn:
        if sent > fall:
            break
        fall -= sent
        removed += 1
    return removed
