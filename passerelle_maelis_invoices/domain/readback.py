"""Whether Maelis holds a payment whose answer was lost, from the figures it showed before and after."""

from decimal import Decimal
from enum import StrEnum


class Verdict(StrEnum):
    FOUND = 'found'
    ABSENT = 'absent'
    #: The figure moved, but not by this payment alone: a person decides, with both figures.
    UNDECIDED = 'undecided'


def verdict(*, before: Decimal, after: Decimal, amount: Decimal) -> Verdict:
    """``before`` and ``after`` are what Maelis shows as paid, treasury left out, which we never feed.

    A payment is applied whole, so the figure moved by exactly its amount, or not at all; any other
    movement is money from elsewhere, with or without ours.
    """
    if after - before == amount:
        return Verdict.FOUND
    if after == before:
        return Verdict.ABSENT
    return Verdict.UNDECIDED
