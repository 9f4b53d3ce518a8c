"""The right writer for each format. Their libraries are imported only when they are used."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, TypeVar

from ..domain.export import ExportFormat
from .archive import file_stem, write_archive
from .document import CreditNoteDocument, InvoiceDocument, Receipt
from .optional import optional_libraries
from .rows import Row
from .tables import Listing

Writer = Callable[[Listing, Iterable[Row], BinaryIO], None]
AnyDocument = TypeVar('AnyDocument', InvoiceDocument, CreditNoteDocument)


def write_listing(listing: Listing, rows: Iterable[Row], out: BinaryIO, form: ExportFormat) -> None:
    """``rows`` is read once; raises MisconfiguredConnector where the libraries are missing."""
    _writer(form)(listing, rows, out)


def write_invoices(
    invoices: Iterable[InvoiceDocument], out: BinaryIO, form: ExportFormat, *, made_at: datetime
) -> None:
    """All in one PDF, or an archive with one XML or one Factur-X for each."""
    with optional_libraries():
        from .cii import invoice_xml
        from .factur_x import invoice_factur_x
        from .invoice_pdf import write_invoices_pdf
    if form is ExportFormat.PDF:
        write_invoices_pdf(invoices, out, title='Factures')
    else:
        make, extension = _of(form, invoice_xml, invoice_factur_x)
        write_archive(_files('facture', invoices, make, extension), out, made_at=made_at)


def write_credit_notes(
    credit_notes: Iterable[CreditNoteDocument], out: BinaryIO, form: ExportFormat, *, made_at: datetime
) -> None:
    with optional_libraries():
        from .cii import credit_note_xml
        from .credit_note_pdf import write_credit_notes_pdf
        from .factur_x import credit_note_factur_x
    if form is ExportFormat.PDF:
        write_credit_notes_pdf(credit_notes, out, title='Avoirs')
    else:
        make, extension = _of(form, credit_note_xml, credit_note_factur_x)
        write_archive(_files('avoir', credit_notes, make, extension), out, made_at=made_at)


def invoice_bytes(invoice: InvoiceDocument) -> bytes:
    with optional_libraries():
        from .invoice_pdf import invoice_pdf
    return invoice_pdf(invoice)


def receipt_bytes(receipt: Receipt) -> bytes:
    with optional_libraries():
        from .receipt_pdf import receipt_pdf
    return receipt_pdf(receipt)


def credit_note_bytes(credit_note: CreditNoteDocument) -> bytes:
    with optional_libraries():
        from .credit_note_pdf import credit_note_pdf
    return credit_note_pdf(credit_note)


def _writer(form: ExportFormat) -> Writer:
    with optional_libraries():
        match form:
            case ExportFormat.PDF:
                from .listing_pdf import write_listing_pdf as write
            case ExportFormat.JSON:
                from .json_file import write_json as write
            case ExportFormat.XML:
                from .xml_file import write_xml as write
            case ExportFormat.CSV:
                from .csv_file import write_csv as write
            case ExportFormat.SPREADSHEET:
                from .spreadsheet import write_spreadsheet as write
            case _:
                raise ValueError(f'no list is written as {form}')
    return write


Make = Callable[[AnyDocument], bytes]


def _of(
    form: ExportFormat, xml: Make[AnyDocument], factur_x: Make[AnyDocument]
) -> tuple[Make[AnyDocument], str]:
    return (xml, 'xml') if form is ExportFormat.XML else (factur_x, 'pdf')


def _files(
    kind: str, documents: Iterable[AnyDocument], make: Make[AnyDocument], extension: str
) -> Iterator[tuple[str, bytes]]:
    for document in documents:
        yield f'{kind}-{file_stem(document.number)}.{extension}', make(document)
