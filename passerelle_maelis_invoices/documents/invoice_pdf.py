"""Invoices as PDF, for people."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, BinaryIO

from ..domain.money import ZERO
from .blocks import foot, heading, notes, parties, ruled_table, totals
from .document import InvoiceDocument, Line
from .french import day_text, euros, price, quantity
from .pages import Story, write_stories
from .typography import RIGHT, SMALL, paragraph

TITLES = ('Désignation', 'Quantité', 'Prix unitaire', 'Montant')
SHARES = (56, 12, 15, 17)


def invoice_pdf(invoice: InvoiceDocument) -> bytes:
    out = BytesIO()
    write_invoices_pdf([invoice], out, title=f'Facture {invoice.number}')
    return out.getvalue()


def write_invoices_pdf(invoices: Iterable[InvoiceDocument], out: BinaryIO, *, title: str) -> None:
    """Each on pages of its own."""
    write_stories(map(invoice_story, invoices), out, title=title, author='')


def invoice_story(invoice: InvoiceDocument) -> Story:
    due = f'À payer au plus tard le {day_text(invoice.due_date)}' if _is_due(invoice) else ''
    return Story(
        [
            *parties(invoice.sender, invoice.payer),
            *heading(
                f'Facture n° {invoice.number}',
                f'Du {day_text(invoice.day)}, référence {invoice.reference}',
                invoice.label,
            ),
            *ruled_table(TITLES, map(_cells, invoice.lines), SHARES),
            *totals(list(_totals(invoice))),
            *notes([due, *invoice.notes] if due else invoice.notes, invoice.sender.vat_note),
        ],
        foot(invoice.sender),
    )


def _is_due(invoice: InvoiceDocument) -> bool:
    return invoice.due_date is not None and invoice.remaining > ZERO


def _cells(line: Line) -> list[Any]:
    detail = [paragraph(line.detail, SMALL)] if line.detail else []
    return [
        [paragraph(line.label), *detail],
        paragraph('' if line.quantity is None else quantity(line.quantity), RIGHT),
        paragraph('' if line.unit_price is None else price(line.unit_price), RIGHT),
        paragraph(euros(line.amount), RIGHT),
    ]


def _totals(invoice: InvoiceDocument) -> Iterator[tuple[str, str]]:
    yield 'Total', euros(invoice.total)
    if invoice.paid:
        yield 'Déjà payé', euros(invoice.paid)
    yield 'Reste à payer', euros(max(invoice.remaining, ZERO))
