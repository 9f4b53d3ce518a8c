"""Lists in every format: valid for their schemas, and equal to their rows to the cent."""

from __future__ import annotations

import csv
import json
from dataclasses import astuple
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import etree
from openpyxl import load_workbook

from passerelle_maelis_invoices.documents import schemas
from passerelle_maelis_invoices.documents.rows import PaymentRow, Row
from passerelle_maelis_invoices.documents.tables import TABLES, Form
from passerelle_maelis_invoices.documents.write import write_listing
from passerelle_maelis_invoices.domain.export import WITH_DOCUMENTS, ExportFormat, ExportKind
from passerelle_maelis_invoices.domain.money import ZERO
from passerelle_maelis_invoices.domain.paris import PARIS
from tests.documents.conftest import Golden
from tests.documents.samples import MOMENT, ROWS, a_listing

KINDS = list(ExportKind)
IN_OUR_XML = [kind for kind in ExportKind if kind not in WITH_DOCUMENTS]


def written(kind: ExportKind, form: ExportFormat, rows: list[Row] | None = None) -> bytes:
    out = BytesIO()
    write_listing(a_listing(kind), ROWS[kind] if rows is None else rows, out, form)
    return out.getvalue()


def schema_text(name: str) -> bytes:
    return resources.files(schemas).joinpath(name).read_bytes()


def total(kind: ExportKind, rows: list[Row]) -> Decimal:
    return sum((getattr(row, TABLES[kind].total) or ZERO for row in rows), ZERO)


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('form', [ExportFormat.CSV, ExportFormat.JSON])
def test_text_formats_are_as_they_were(golden: Golden, kind: ExportKind, form: ExportFormat) -> None:
    golden(f'{kind}.{form}', written(kind, form).decode())


@pytest.mark.parametrize('kind', IN_OUR_XML)
def test_xml_is_as_it_was(golden: Golden, kind: ExportKind) -> None:
    golden(f'{kind}.xml', written(kind, ExportFormat.XML).decode())


@pytest.mark.parametrize('kind', KINDS)
def test_spreadsheets_are_as_they_were(golden: Golden, kind: ExportKind) -> None:
    book = load_workbook(BytesIO(written(kind, ExportFormat.SPREADSHEET)))
    lines = [[repr(cell.value) for cell in row] for sheet in book for row in sheet.iter_rows()]
    golden(f'{kind}.xlsx.txt', '\n'.join(' | '.join(line) for line in lines) + '\n')


@pytest.mark.parametrize('kind', KINDS)
def test_the_columns_are_the_fields_of_the_rows(kind: ExportKind) -> None:
    for row in ROWS[kind]:
        assert [column.name for column in TABLES[kind].columns] == list(row.__dataclass_fields__)


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('empty', [True, False])
def test_json_is_as_its_schema_says(kind: ExportKind, empty: bool) -> None:
    schema = json.loads(schema_text(f'{TABLES[kind].name}.json'))
    Draft202012Validator.check_schema(schema)
    content = json.loads(written(kind, ExportFormat.JSON, [] if empty else None))
    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(schema, format_checker=checker).validate(content)
    assert content['total'] == f'{total(kind, [] if empty else ROWS[kind]):.2f}'


@pytest.mark.parametrize('kind', IN_OUR_XML)
@pytest.mark.parametrize('empty', [True, False])
def test_xml_is_as_its_schema_says(kind: ExportKind, empty: bool) -> None:
    schema = etree.XMLSchema(etree.fromstring(schema_text('export.xsd')))
    content = etree.fromstring(written(kind, ExportFormat.XML, [] if empty else None))
    schema.assertValid(content)
    assert content.findtext('{*}totals/{*}total') == f'{total(kind, [] if empty else ROWS[kind]):.2f}'


def test_the_xml_schema_describes_every_element() -> None:
    schema = etree.fromstring(schema_text('export.xsd'))
    named = [e for e in schema.iter('{*}complexType') if e.get('name') not in (None, 'totals')]
    assert all(e.findtext('{*}annotation/{*}documentation') for t in named for e in t.iter('{*}element'))


amounts = st.decimals(Decimal('-9999999.99'), Decimal('9999999.99'), places=2)
moments = st.integers(946684800, 4102444800).map(lambda seconds: datetime.fromtimestamp(seconds, PARIS))
texts = st.text(st.characters(codec='utf-8', exclude_categories=['Cc', 'Cs']), max_size=20)
payments = st.builds(
    PaymentRow,
    id=st.integers(1, 10**9),
    regie=texts,
    transaction_id=texts,
    family_id=texts,
    invoice_number=texts,
    paid_at=moments,
    received_at=moments,
    amount=st.none() | amounts,
    surplus=st.none() | amounts,
    state=st.just('recorded'),
    attention=st.just(''),
    sent_at=st.none() | moments,
    confirmed_at=st.none() | moments,
    order_id=texts,
    bank_transaction_id=st.sampled_from(['=1+1', '+33', '-1', '@x', "'quoted", '', 'BK;"7"\u202f€']),
)


def as_csv(row: PaymentRow) -> list[str]:
    """What a French spreadsheet shows of a row."""
    return [_french(value) for value in astuple(row)]


def _french(value: Any) -> str:
    match value:
        case None:
            return ''
        case Decimal():
            return f'{value:.2f}'.replace('-0.00', '0.00').replace('.', ',')
        case datetime():
            return f'{value:%d/%m/%Y %H:%M:%S}'
    text = str(value)
    return f"'{text}" if text[:1] in tuple('=+-@\t\r\n') else text


@settings(deadline=None)
@given(st.lists(payments, max_size=5))
def test_p8_csv_reads_back_equal_to_the_rows(rows: list[Row]) -> None:
    content = written(ExportKind.PAYMENTS, ExportFormat.CSV, rows)
    assert content.startswith(b'\xef\xbb\xbf')
    read = list(csv.reader(StringIO(content.decode('utf-8-sig'), newline=''), delimiter=';'))
    assert read[0][0] == 'N°'
    assert read[1:] == [as_csv(row) for row in rows if isinstance(row, PaymentRow)]


@settings(deadline=None)
@given(st.lists(payments, max_size=5))
def test_p8_spreadsheets_read_back_equal_to_the_rows(rows: list[Row]) -> None:
    book = load_workbook(BytesIO(written(ExportKind.PAYMENTS, ExportFormat.SPREADSHEET, rows)))
    sheet, about = book.worksheets
    columns = TABLES[ExportKind.PAYMENTS].columns
    for row, cells in zip(rows, sheet.iter_rows(min_row=2), strict=True):
        for column, cell in zip(columns, cells, strict=True):
            value = getattr(row, column.name)
            if column.form is Form.AMOUNT:
                assert (None if cell.value is None else round(Decimal(str(cell.value)), 2)) == value
            elif column.form is Form.MOMENT:
                assert cell.value == (value and value.astimezone(PARIS).replace(tzinfo=None))
            else:
                assert (cell.value or '') == (value or '')
                assert cell.data_type != 'f'
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert round(Decimal(str(said['Total'])), 2) == total(ExportKind.PAYMENTS, rows)


def test_a_cell_that_begins_like_a_formula_is_none_in_a_spreadsheet_program() -> None:
    content = written(ExportKind.PAYMENTS, ExportFormat.CSV).decode('utf-8-sig')
    for row in csv.reader(StringIO(content, newline=''), delimiter=';'):
        assert not any(cell.startswith(('=', '+', '@', '\t')) for cell in row)
        assert not any(cell.startswith('-') and not cell[1:].replace(',', '').isdigit() for cell in row)


def test_a_day_is_the_one_in_paris() -> None:
    """23:30 UTC is the next day there."""
    assert MOMENT.date() == date(2026, 2, 28)
    content = written(ExportKind.PAYMENTS, ExportFormat.CSV).decode()
    assert '01/03/2026 00:30:05' in content
