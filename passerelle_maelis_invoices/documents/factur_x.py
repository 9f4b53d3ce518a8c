"""Factur-X: the PDF for people, with the XML for machines inside it."""

from facturx import generate_from_binary

from .cii import credit_note_xml, invoice_xml
from .credit_note_pdf import credit_note_pdf
from .document import CreditNoteDocument, InvoiceDocument, Sender
from .invoice_pdf import invoice_pdf


def invoice_factur_x(invoice: InvoiceDocument) -> bytes:
    title = f'Facture {invoice.number}'
    return _joined(invoice_pdf(invoice), invoice_xml(invoice), title, invoice.sender)


def credit_note_factur_x(credit_note: CreditNoteDocument) -> bytes:
    title = f'Avoir {credit_note.number}'
    return _joined(credit_note_pdf(credit_note), credit_note_xml(credit_note), title, credit_note.sender)


def _joined(pdf: bytes, xml: bytes, title: str, sender: Sender) -> bytes:
    said = {'author': sender.name, 'keywords': 'Factur-X', 'title': title, 'subject': title}
    joined: bytes = generate_from_binary(
        pdf,
        xml,
        flavor='factur-x',
        level='en16931',
        check_xsd=False,
        pdf_metadata=said,
        lang='fr-FR',
    )
    return joined
