"""Invoices (380) and credit notes (381) as EN 16931 XML, in the syntax CII that Factur-X uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from drafthorse.models.accounting import ApplicableTradeTax
from drafthorse.models.document import Document
from drafthorse.models.note import IncludedNote
from drafthorse.models.payment import PaymentTerms
from drafthorse.models.tradelines import LineItem

from ..domain.money import CENT, ZERO, amount_text
from .document import CreditNoteDocument, InvoiceDocument, Line, Payer, Sender
from .printable import printable

PROFILE = 'urn:cen.eu:en16931:2017'
INVOICE, CREDIT_NOTE = '380', '381'
#: ICD scheme of a SIRET, UNECE code of "one", VAT category "services outside scope of tax".
SIRET, ONE, OUTSIDE_VAT = '0009', 'C62', 'O'
CURRENCY, COUNTRY = 'EUR', 'FR'


@dataclass(frozen=True, slots=True)
class _Bill:
    """What both kinds of document come down to."""

    type_code: str
    number: str
    day: date
    sender: Sender
    payer: Payer
    lines: Sequence[Line]
    total: Decimal
    paid: Decimal
    due_date: date | None
    reference: str
    notes: Sequence[str]
    #: The invoice that a credit note is about, and its day.
    about: tuple[str, date | None] | None = None


def invoice_xml(invoice: InvoiceDocument) -> bytes:
    """UTF-8. Lines that do not add up to the invoice's total are followed by one that makes them."""
    return _xml(
        _Bill(
            INVOICE,
            invoice.number,
            invoice.day,
            invoice.sender,
            invoice.payer,
            _balanced(invoice),
            invoice.total,
            invoice.paid,
            invoice.due_date,
            invoice.reference,
            invoice.notes,
        )
    )


def credit_note_xml(credit_note: CreditNoteDocument) -> bytes:
    """UTF-8; it names the invoice that it is about."""
    return _xml(
        _Bill(
            CREDIT_NOTE,
            credit_note.number,
            credit_note.day,
            credit_note.sender,
            credit_note.payer,
            [Line(credit_note.reason, credit_note.amount)],
            credit_note.amount,
            ZERO,
            None,
            credit_note.transaction_id,
            credit_note.notes,
            (credit_note.invoice_number, credit_note.invoice_day),
        )
    )


def _balanced(invoice: InvoiceDocument) -> Sequence[Line]:
    rest = invoice.total - sum((line.amount for line in invoice.lines), ZERO)
    if not invoice.lines:
        return [Line(invoice.label or 'Facture', rest)]
    return [*invoice.lines, Line('Autres sommes de la facture', rest)] if rest else invoice.lines


def _xml(bill: _Bill) -> bytes:
    document = Document()
    document.context.guideline_parameter.id = PROFILE
    document.header.id = printable(bill.number)
    document.header.type_code = bill.type_code
    document.header.issue_date_time = _moment(bill.day)
    for note in bill.notes:
        document.header.notes.add(IncludedNote(content=printable(note)))
    _name_parties(document.trade.agreement, bill)
    for n, line in enumerate(bill.lines, start=1):
        document.trade.items.add(_line(n, line))
    _settle(document.trade.settlement, bill)
    content: bytes = document.serialize(schema=None)
    return content


def _name_parties(agreement: Any, bill: _Bill) -> None:
    seller, buyer = agreement.seller, agreement.buyer
    seller.id = printable(bill.sender.regie_code)
    seller.name = printable(bill.sender.name)
    if bill.sender.siret:
        seller.legal_organization.id = (SIRET, bill.sender.siret)
    _locate(seller, bill.sender.address)
    buyer.name = printable(bill.payer.name)
    if bill.payer.family_id:
        buyer.id = printable(bill.payer.family_id)
    _locate(buyer, bill.payer.address)


def _locate(party: Any, address: Sequence[str]) -> None:
    """Free lines: who typed the address did not say which part of it is the city."""
    for name, line in zip(('line_one', 'line_two', 'line_three'), address, strict=False):
        setattr(party.address, name, printable(line))
    party.address.country_id = COUNTRY


def _line(n: int, line: Line) -> LineItem:
    quantity, price = _quantity_and_price(line)
    item = LineItem()
    item.document.line_id = str(n)
    item.product.name = printable(line.label or 'Prestation')
    if line.detail:
        item.product.description = printable(line.detail)
    item.agreement.net.amount = price
    item.delivery.billed_quantity = (quantity, ONE)
    item.settlement.trade_tax.type_code = 'VAT'
    item.settlement.trade_tax.category_code = OUTSIDE_VAT
    item.settlement.monetary_summation.total_amount = amount_text(line.amount)
    return item


def _quantity_and_price(line: Line) -> tuple[str, str]:
    """A price is never below zero; those of Maelis are told only where they explain the amount."""
    quantity, price = line.quantity, line.unit_price
    if quantity is not None and price is not None and _explain(quantity, price, line.amount):
        return f'{quantity:f}', f'{price:f}'
    return ('-1' if line.amount < ZERO else '1'), amount_text(abs(line.amount))


def _explain(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    return price >= ZERO and (quantity * price).quantize(CENT, ROUND_HALF_UP) == amount


def _settle(settlement: Any, bill: _Bill) -> None:
    total, due = amount_text(bill.total), amount_text(bill.total - bill.paid)
    settlement.payment_reference = printable(bill.reference)
    settlement.currency_code = CURRENCY
    settlement.trade_tax.add(_no_vat(bill, total))
    settlement.terms.add(_terms(bill))
    sums = settlement.monetary_summation
    sums.line_total = total
    sums.tax_basis_total = sums.grand_total = (total, None)
    sums.tax_total = ('0.00', CURRENCY)
    if bill.paid:
        sums.prepaid_total = amount_text(bill.paid)
    sums.due_amount = due
    if bill.about:
        _refer(settlement.invoice_referenced_document, *bill.about)


def _no_vat(bill: _Bill, total: str) -> ApplicableTradeTax:
    tax = ApplicableTradeTax()
    tax.calculated_amount = '0.00'
    tax.type_code = 'VAT'
    tax.exemption_reason = printable(bill.sender.vat_note)
    tax.basis_amount = total
    tax.category_code = OUTSIDE_VAT
    return tax


def _terms(bill: _Bill) -> PaymentTerms:
    """Where something is due, either a date or a sentence is required."""
    if bill.due_date is not None:
        return PaymentTerms(due=_moment(bill.due_date))
    return PaymentTerms(description='Sans échéance.')


def _refer(reference: Any, number: str, day: date | None) -> None:
    reference.issuer_assigned_id = printable(number)
    if day is not None:
        reference.issue_date_time = _moment(day)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
