"""What is on a document, without a word on how it looks."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..domain.money import ZERO

NOT_SUBJECT_TO_VAT = 'Hors champ de la TVA (article 256 B du code général des impôts).'


@dataclass(frozen=True, slots=True)
class Sender:
    """The block of the régie."""

    #: The city, or whoever the régie belongs to.
    name: str
    regie: str
    regie_code: str
    address: tuple[str, ...] = ()
    #: SIRET, fourteen digits; '' when nobody gave it.
    siret: str = ''
    #: PNG or JPEG.
    logo: bytes = b''
    vat_note: str = NOT_SUBJECT_TO_VAT
    #: At the foot of every page.
    footer: str = ''


@dataclass(frozen=True, slots=True)
class Payer:
    name: str
    family_id: str = ''
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    amount: Decimal
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    #: For whom, and when.
    detail: str = ''


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    number: str
    #: What the payer types or quotes: '1312-30'.
    reference: str
    day: date
    due_date: date | None
    label: str
    sender: Sender
    payer: Payer
    lines: tuple[Line, ...]
    total: Decimal
    paid: Decimal = ZERO
    #: How to pay, what to do; one paragraph each.
    notes: tuple[str, ...] = ()

    @property
    def remaining(self) -> Decimal:
        """Below zero where money is owed to the payer."""
        return self.total - self.paid


@dataclass(frozen=True, slots=True)
class CreditNoteDocument:
    """What is owed to the payer: ``amount`` is above zero."""

    number: str
    day: date
    sender: Sender
    payer: Payer
    amount: Decimal
    reason: str
    invoice_number: str
    #: ``None`` when the invoice is not known here.
    invoice_day: date | None
    transaction_id: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    paid_at: datetime
    transaction_id: str
    amount: Decimal
    bank_transaction_id: str = ''


@dataclass(frozen=True, slots=True)
class Receipt:
    """A quittance: what was received from a payer for one invoice."""

    number: str
    day: date
    sender: Sender
    payer: Payer
    invoice_number: str
    invoice_label: str
    payments: tuple[PaymentReceived, ...]
    #: What is left to pay on the invoice, where that is known.
    remaining: Decimal | None = None
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        return sum((payment.amount for payment in self.payments), ZERO)
