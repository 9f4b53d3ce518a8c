"""From Maelis's figures and our payments to what a reader sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .invoice import (
    LITIGATION,
    InvoiceFigures,
    PaymentPolicy,
    ShownInvoice,
    remaining_amount,
    why_not_payable,
)
from .overlay import CountedPayment, paid_amount
from .payment_states import State


@dataclass(frozen=True, slots=True)
class PaymentMade:
    """One of our payments, as its invoice's readers need it."""

    counted: CountedPayment
    paid_on: date


def show_invoice(
    figures: InvoiceFigures,
    payments: Sequence[PaymentMade],
    *,
    policy: PaymentPolicy,
    today: date,
    vanished: bool = False,
) -> ShownInvoice:
    """``vanished``: Maelis does not list it any more, so nothing more can be paid on it."""
    counted = [payment for payment in payments if payment.counted.state is not State.REVERSED]
    paid = paid_amount(figures.paid, [payment.counted for payment in counted])
    remaining = remaining_amount(figures.total, paid)
    reason = why_not_payable(remaining=remaining, due_date=figures.due_date, policy=policy, today=today)
    return ShownInvoice(
        number=figures.number,
        family_id=figures.family_id,
        label=figures.label,
        invoice_date=figures.invoice_date,
        due_date=figures.due_date,
        total=figures.total,
        remaining=remaining,
        has_pdf=figures.has_pdf,
        payment_date=max((payment.paid_on for payment in counted), default=None),
        payment_pending=any(payment.counted.state is not State.CONFIRMED for payment in counted),
        not_payable=reason or (LITIGATION if vanished else None),
    )
