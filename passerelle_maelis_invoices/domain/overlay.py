"""What was really paid on an invoice: Maelis's figure with our own payments laid over it.

Two readings of the same money are made, and the larger one is the truth that we show:

- Maelis's figure, plus the payments that it cannot hold because they were never sent;
- the money known to come from elsewhere when our payments were recorded, plus all our payments.

The second one never goes down unless a payment is reversed: whatever Maelis says later, late or wrong, an
invoice that was paid is not offered for payment again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .money import ZERO
from .payment_states import NOT_SENT, State


@dataclass(frozen=True, slots=True)
class CountedPayment:
    """One of our payments, as far as its invoice is concerned."""

    state: State
    #: The part allotted to the invoice: what was paid, less any surplus.
    amount: Decimal
    #: Money from elsewhere (counter, treasury, direct debit) known when it was recorded.
    elsewhere: Decimal = ZERO


def paid_amount(maelis_paid: Decimal, payments: Iterable[CountedPayment]) -> Decimal:
    """What is paid in all; may exceed the invoice's total."""
    counted = _counted(payments)
    if not counted:
        return maelis_paid
    not_sent = sum((payment.amount for payment in counted if payment.state in NOT_SENT), ZERO)
    remembered = max(payment.elsewhere for payment in counted) + _sum(counted)
    return max(maelis_paid + not_sent, remembered)


def paid_elsewhere(maelis_paid: Decimal, payments: Iterable[CountedPayment]) -> Decimal:
    """The part of what is paid that none of our ``payments`` explains."""
    counted = _counted(payments)
    return max(ZERO, paid_amount(maelis_paid, counted) - _sum(counted))


def _counted(payments: Iterable[CountedPayment]) -> Sequence[CountedPayment]:
    return [payment for payment in payments if payment.state is not State.REVERSED]


def _sum(payments: Iterable[CountedPayment]) -> Decimal:
    return sum((payment.amount for payment in payments), ZERO)
