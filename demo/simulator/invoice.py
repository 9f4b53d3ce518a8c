"""What an invoice is, for Maelis. Amounts are euros; numbers and codes are strings, as identifiers are."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Regie:
    """A cash office."""

    code: str
    label: str


@dataclass(frozen=True)
class Payer:
    number: str
    civility: str
    lastname: str
    firstname: str


@dataclass(frozen=True)
class Line:
    number: int
    person: str
    name: str
    activity: str
    label: str
    start: date
    end: date
    quantity: Decimal
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        return (self.quantity * self.unit_price).quantize(Decimal('0.01'))


@dataclass(frozen=True)
class Invoice:
    """`paid` and `treasury` are apart: what was paid in all is their sum."""

    family: str
    name: str
    regie: str
    number: str
    label: str
    issued: date
    deadline: date
    payer: Payer
    lines: tuple[Line, ...]
    amount: Decimal
    paid: Decimal = Decimal('0.00')
    treasury: Decimal = Decimal('0.00')
    has_pdf: bool = True

    @property
    def remaining(self) -> Decimal:
        return self.amount - self.paid - self.treasury

    @property
    def pdf_name(self) -> str:
        return f'facture-{self.regie}-{self.number}.pdf' if self.has_pdf else ''
