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
from .withdrawal import Withdrawn, still_shown

#: Nothing more happens to it by itself.
SETTLED = (State.CONFIRMED, State.CREDITED)


@dataclass(frozen=True, slots=True)
class PaymentMade:
    """One of our payments, as its invoice's readers need it."""

    counted: CountedPayment
    paid_on: date
    #: For a reversed one that Maelis may still show.
    withdrawn: Withdrawn | None = None


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
    withdrawn = [payment.withdrawn for payment in payments if payment.withdrawn]
    maelis_paid = figures.paid - still_shown(figures.paid_directly, withdrawn)
    paid = paid_amount(maelis_paid, [payment.counted for payment in counted])
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
        payment_date=max((payment.paid_on for payment in counted if _pays(payment)), default=None),
        payment_pending=any(payment.counted.state not in SETTLED for payment in counted),
        not_payable=reason or (LITIGATION if vanished else None),
    )


def _pays(payment: PaymentMade) -> bool:
    return payment.counted.state is not State.CREDITED
