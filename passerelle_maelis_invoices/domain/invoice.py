"""What Maelis says of an invoice, and what the connector makes of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .money import ZERO

NOTHING_DUE = 'nothing-due'
PAST_DUE_DATE = 'past-due-date'
NO_PAYMENT_SYSTEM = 'no-payment-system-configured'
AMOUNT_TOO_LOW = 'amount-to-low'
AMOUNT_TOO_HIGH = 'amount-to-high'
LITIGATION = 'litigation'


@dataclass(frozen=True, slots=True)
class InvoiceFigures:
    """One invoice as Maelis states it; numbers are unique within a régie only."""

    regie_code: str
    number: str
    family_id: str
    label: str
    invoice_date: date
    due_date: date | None
    total: Decimal
    #: Everything that Maelis says was paid, at the treasury or not.
    paid: Decimal
    #: The part of ``paid`` that came through the treasury, hence never from us.
    paid_at_treasury: Decimal = ZERO
    has_pdf: bool = False

    @property
    def paid_directly(self) -> Decimal:
        """The figure that one of our payments moves."""
        return self.paid - self.paid_at_treasury


@dataclass(frozen=True, slots=True)
class PaymentPolicy:
    """What a régie accepts online; a bound that is ``None`` does not apply."""

    online: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ShownInvoice:
    """An invoice as readers must see it: Maelis's figures with our own payments laid over them."""

    number: str
    family_id: str
    label: str
    invoice_date: date
    due_date: date | None
    total: Decimal
    remaining: Decimal
    has_pdf: bool
    #: Day of the last payment that we know of; ``None`` while nothing is paid, or when only Maelis knows.
    payment_date: date | None
    #: We hold a payment that Maelis does not show yet.
    payment_pending: bool
    #: Reason why it cannot be paid online now, ``None`` when it can.
    not_payable: str | None

    @property
    def id(self) -> str:
        """As in URLs: payment calls name no user, so it must be enough to find the family."""
        return f'{self.family_id}-{self.number}'

    @property
    def active(self) -> bool:
        return self.remaining > ZERO

    @property
    def paid(self) -> Decimal:
        return self.total - self.remaining


def remaining_amount(total: Decimal, paid: Decimal) -> Decimal:
    """What is left to pay: never below zero, hence zero for a negative or overpaid invoice."""
    return max(ZERO, total - paid)


def why_not_payable(
    *, remaining: Decimal, due_date: date | None, policy: PaymentPolicy, today: date
) -> str | None:
    """The reason, or ``None`` when payable online; ``today`` is the day in Paris, ``due_date`` included."""
    if remaining <= ZERO:
        return NOTHING_DUE
    if not policy.online:
        return NO_PAYMENT_SYSTEM
    if due_date is not None and due_date < today:
        return PAST_DUE_DATE
    if policy.minimum is not None and remaining < policy.minimum:
        return AMOUNT_TOO_LOW
    if policy.maximum is not None and remaining > policy.maximum:
        return AMOUNT_TOO_HIGH
    return None


def split_invoice_id(invoice_id: str) -> tuple[str, str]:
    """Family and number of an id such as '1312-30'; family '' when the id has another form."""
    family_id, dash, number = invoice_id.partition('-')
    return (family_id, number) if dash and family_id and number else ('', invoice_id)
