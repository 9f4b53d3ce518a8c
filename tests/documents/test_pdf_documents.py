"""PDF documents: text that can be selected, a title, a language, embedded fonts."""

from __future__ import annotations

import zlib
from dataclasses import replace
from io import BytesIO
from struct import pack

import pytest
from pypdf import PdfReader

from passerelle_maelis_invoices.documents.credit_note_pdf import credit_note_pdf
from passerelle_maelis_invoices.documents.document import Line, Payer
from passerelle_maelis_invoices.documents.french import SPACE
from passerelle_maelis_invoices.documents.invoice_pdf import invoice_pdf
from passerelle_maelis_invoices.documents.receipt_pdf import receipt_pdf
from passerelle_maelis_invoices.documents.rows import Row
from passerelle_maelis_invoices.documents.write import write_listing
from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind
from tests.documents.conftest import Golden
from tests.documents.samples import CREDIT_NOTE, INVOICE, RECEIPT, ROWS, SENDER, a_listing

DOCUMENTS = {
    'invoice': invoice_pdf(INVOICE),
    'credit-note': credit_note_pdf(CREDIT_NOTE),
    'receipt': receipt_pdf(RECEIPT),
}


def sheet(kind: ExportKind, rows: list[Row]) -> PdfReader:
    out = BytesIO()
    write_listing(a_listing(kind), rows, out, ExportFormat.PDF)
    return PdfReader(out)


def text(reader: PdfReader) -> str:
    pages = '\n'.join(page.extract_text() for page in reader.pages)
    return pages.replace(SPACE, ' ')


@pytest.mark.parametrize('name', DOCUMENTS)
def test_documents_are_as_they_were(golden: Golden, name: str) -> None:
    reader = PdfReader(BytesIO(DOCUMENTS[name]))
    golden(f'{name}.pdf.txt', text(reader) + '\n')


@pytest.mark.parametrize('kind', list(ExportKind))
def test_sheets_are_as_they_were(golden: Golden, kind: ExportKind) -> None:
    golden(f'{kind}.pdf.txt', text(sheet(kind, ROWS[kind])) + '\n')


@pytest.mark.parametrize(
    ('name', 'title'),
    [
        ('invoice', 'Facture 2026000030'),
        ('credit-note', 'Avoir AV-007-2026-00012'),
        ('receipt', 'Quittance 007-30'),
    ],
)
def test_a_document_has_a_title_and_a_language(name: str, title: str) -> None:
    reader = PdfReader(BytesIO(DOCUMENTS[name]))
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert reader.root_object['/Lang'] == 'fr-FR'
    assert reader.viewer_preferences is not None
    assert reader.viewer_preferences.display_doctitle


@pytest.mark.parametrize('name', DOCUMENTS)
def test_every_font_is_embedded(name: str) -> None:
    for page in PdfReader(BytesIO(DOCUMENTS[name])).pages:
        for font in page['/Resources']['/Font'].values():  # type: ignore[index]
            assert '/FontFile2' in font.get_object()['/FontDescriptor']


def test_amounts_and_accents_are_french() -> None:
    said = text(PdfReader(BytesIO(DOCUMENTS['invoice'])))
    assert '1 022,50 €' in said
    assert '-12,00 €' in said
    for words in (
        'Zoë Lefèvre',
        'Cantine <février> & garderie',
        'Remise « fratrie »',
        'À payer au plus tard le 15/03',
    ):
        assert words in said


def test_a_letter_that_the_font_lacks_loses_its_accent_only() -> None:
    document = replace(INVOICE, payer=Payer('Ștefan 漢\u202fŁukasz'))
    assert 'Stefan ? Łukasz' in text(PdfReader(BytesIO(invoice_pdf(document))))


def test_an_invoice_with_many_lines_goes_on_over_pages() -> None:
    lines = tuple(Line(f'Repas {n}', n) for n in map(type(INVOICE.total), range(200)))
    pages = PdfReader(BytesIO(invoice_pdf(replace(INVOICE, lines=lines)))).pages
    assert len(pages) > 4
    assert all('Désignation' in page.extract_text() for page in pages[:-1])
    said = ' '.join(page.extract_text() for page in pages)
    assert all(f'Repas {n}' in said for n in range(200))
    assert 'Reste à payer' in pages[-1].extract_text()


def test_a_text_longer_than_a_page_goes_on_over_pages() -> None:
    document = replace(INVOICE, notes=('Lisez bien ceci. ' * 2000,))
    assert len(PdfReader(BytesIO(invoice_pdf(document))).pages) > 2


def test_a_logo_is_shown() -> None:
    document = replace(INVOICE, sender=replace(SENDER, logo=a_png(400, 100)))
    [page] = PdfReader(BytesIO(invoice_pdf(document))).pages
    assert len(page.images) == 1


def test_a_sheet_goes_on_over_pages_under_the_same_titles() -> None:
    reader = sheet(ExportKind.PAYMENTS, ROWS[ExportKind.PAYMENTS] * 40)
    assert len(reader.pages) > 3
    assert all('Transaction' in page.extract_text() for page in reader.pages[:-1])
    assert '120 lignes' in reader.pages[-1].extract_text()


def test_an_empty_sheet_says_so() -> None:
    assert '0 ligne, total 0,00 €' in text(sheet(ExportKind.PAYMENTS, []))


def a_png(width: int, height: int) -> bytes:
    rows = b''.join(b'\0' + b'\x33\x66\x99' * width for _ in range(height))
    parts = {
        b'IHDR': pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0),
        b'IDAT': zlib.compress(rows),
        b'IEND': b'',
    }
    chunks = (pack('>I', len(v)) + k + v + pack('>I', zlib.crc32(k + v)) for k, v in parts.items())
    return b'\x89PNG\r\n\x1a\n' + b''.join(chunks)
