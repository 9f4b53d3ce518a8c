"""The rows of lists: each field is a column of ``tables``, in its order."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    regie: str
    number: str
    family_id: str
    payer: str
    label: str
    invoice_date: date
    due_date: date | None
    total: Decimal
    paid: Decimal
    remaining: Decimal
    payment_date: date | None


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    regie: str
    number: str
    day: date
    family_id: str
    invoice_number: str
    transaction_id: str
    amount: Decimal
    reason: str
    refund: str
    refunded_on: date | None
    refund_reference: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    id: int
    regie: str
    transaction_id: str
    family_id: str
    invoice_number: str
    paid_at: datetime
    received_at: datetime
    #: ``None`` while it is not known.
    amount: Decimal | None
    surplus: Decimal | None
    state: str
    attention: str
    sent_at: datetime | None
    confirmed_at: datetime | None
    order_id: str
    bank_transaction_id: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    regie: str
    year: int
    n: int
    day: date
    kind: str
    means: str
    reference: str
    amount: Decimal
    source: str
    written_at: datetime
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    n: int
    kind: str
    family_id: str
    invoice_number: str
    reference: str
    day: date | None
    expected: Decimal | None
    shown: Decimal | None
    amount: Decimal
    action: str


Row = InvoiceRow | CreditNoteRow | PaymentRow | LedgerRow | DiscrepancyRow
