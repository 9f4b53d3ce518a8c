"""The answer of readInvoices: beans, and the figures that the product reckons with."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from ..domain.invoice import InvoiceFigures
from ..domain.money import ZERO
from .beans import Bean, BeanReader, Drift
from .contract import Operation
from .deadline import Deadline, DeadlineExceeded
from .envelope import Content
from .outcomes import Cause, Failure
from .records import records

#: Two of these, even without a number, and it is an invoice, though a damaged one.
MARKS = frozenset({'dateInvoice', 'dateDeadline', 'amountInvoice', 'amountPaid', 'amountPaidTG'})


@dataclass(frozen=True, slots=True)
class ReadInvoice:
    figures: InvoiceFigures
    #: JSON-ready, by Maelis's own element names, unknown ones included.
    bean: Bean
    #: SHA-256 of the bean as canonical JSON, in hexadecimal.
    bean_hash: str


@dataclass(frozen=True, slots=True)
class InvoicesRead:
    invoices: tuple[ReadInvoice, ...]
    drift: tuple[Drift, ...] = ()
    #: Invoices of another family or régie that came beside ours; dropped.
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose invoices were asked for, of whom."""

    family_id: str
    regie_code: str
    operation: Operation
    treasury_included: bool = False

    @property
    def pdf_is_announced(self) -> bool:
        return 'pdfName' in self.operation.announced


def invoices_in(content: Content, asked: Asked, deadline: Deadline) -> InvoicesRead:
    """Raises Failure: an invoice that cannot be read makes its whole list unreadable, never shorter."""
    reader = BeanReader(asked.operation.announced)
    beans = list(_beans(content, reader, deadline))
    own = [bean for bean in beans if _is_own(bean, asked)]
    if beans and not own:
        raise Failure(Cause.FOREIGN, 'all invoices are of another family or régie')
    invoices = tuple(_invoice(bean, asked) for bean in own)
    return InvoicesRead(_without_doubles(invoices), reader.drift(), foreign=len(beans) - len(own))


def _beans(content: Content, reader: BeanReader, deadline: Deadline) -> Iterator[Bean]:
    try:
        for element in records(content.element, _is_invoice):
            deadline.left()
            yield reader.read(element)
    except DeadlineExceeded:
        raise Failure(Cause.SLOW, 'deadline passed while reading') from None


def _is_invoice(_: etree._Element, names: list[str]) -> bool:
    return 'numInvoice' in names or len(MARKS.intersection(names)) >= 2


def _is_own(bean: Bean, asked: Asked) -> bool:
    """Family numbers are integers, whatever zeros they begin with; codes of régies are not."""
    family_id, regie_code = bean['numFamily'], bean.get('codRegie') or asked.regie_code
    return family_id.lstrip('0') == asked.family_id.lstrip('0') and regie_code == asked.regie_code


def _invoice(bean: Bean, asked: Asked) -> ReadInvoice:
    canonical = json.dumps(bean, sort_keys=True, ensure_ascii=False, separators=(',', ':'))
    return ReadInvoice(_figures(bean, asked), bean, hashlib.sha256(canonical.encode()).hexdigest())


def _figures(bean: Bean, asked: Asked) -> InvoiceFigures:
    paid, at_treasury = _amount(bean, 'amountPaid'), _amount(bean, 'amountPaidTG')
    deadline = bean.get('dateDeadline')
    return InvoiceFigures(
        regie_code=asked.regie_code,
        number=bean['numInvoice'],
        family_id=asked.family_id,
        label=str(bean.get('libelleTTF') or ''),
        invoice_date=date.fromisoformat(bean['dateInvoice']),
        due_date=date.fromisoformat(deadline) if deadline else None,
        total=Decimal(bean['amountInvoice']),
        paid=paid if asked.treasury_included else paid + at_treasury,
        paid_at_treasury=at_treasury,
        has_pdf=bool(bean.get('pdfName')) or not (asked.pdf_is_announced or 'pdfName' in bean),
    )


def _amount(bean: Bean, name: str) -> Decimal:
    return Decimal(bean[name]) if bean.get(name) else ZERO


def _without_doubles(invoices: tuple[ReadInvoice, ...]) -> tuple[ReadInvoice, ...]:
    """The same invoice twice is one; two that differ under one number are a damaged list."""
    by_number: dict[str, ReadInvoice] = {}
    for invoice in invoices:
        if by_number.setdefault(invoice.figures.number, invoice).bean_hash != invoice.bean_hash:
            raise Failure(Cause.UNREADABLE, 'two invoices have one number', element='numInvoice', found='')
    return tuple(by_number.values())
