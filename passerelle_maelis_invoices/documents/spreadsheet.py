"""A spreadsheet (xlsx): amounts are numbers and days are days, so that one can reckon with them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ..domain.paris import PARIS
from .french import moment_text, period_text
from .printable import printable
from .rows import Row
from .tables import Column, Form, Listing
from .tally import Tally

NUMBER_FORMATS = {
    Form.AMOUNT: '#,##0.00\\ "€"',
    Form.DAY: 'dd/mm/yyyy',
    Form.MOMENT: 'dd/mm/yyyy\\ hh:mm:ss',
    Form.COUNT: '0',
    Form.TEXT: '@',
}
WIDTHS = {Form.TEXT: 24, Form.COUNT: 9, Form.AMOUNT: 15, Form.DAY: 12, Form.MOMENT: 20}


def write_spreadsheet(listing: Listing, rows: Iterable[Row], out: BinaryIO) -> None:
    """Written row by row to the disk: nothing is held in memory."""
    workbook, tally = Workbook(write_only=True), Tally(listing.table)
    workbook.properties.title = f'{listing.table.title} – {listing.regie_label}'
    workbook.properties.language = 'fr-FR'
    sheet = workbook.create_sheet(listing.table.title)
    sheet.freeze_panes = 'A2'
    for place, column in enumerate(listing.table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS[column.form]
    sheet.append([_title(sheet, column.title) for column in listing.table.columns])
    for row in tally.over(rows):
        sheet.append([_cell(sheet, listing, column, row) for column in listing.table.columns])
    _add_about(workbook, listing, tally)
    workbook.save(out)


def _title(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, listing: Listing, column: Column, row: Row) -> Any:
    value = getattr(row, column.name)
    if value is None:
        return None
    if column.form is Form.TEXT:
        return _text(sheet, listing.in_words(column, value))
    if isinstance(value, datetime):
        value = value.astimezone(PARIS).replace(tzinfo=None)
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = NUMBER_FORMATS[column.form]
    return cell


def _text(sheet: Any, text: str) -> Any:
    """Never a formula, whatever it begins with."""
    cell = WriteOnlyCell(sheet, printable(text))
    cell.data_type = 's'
    cell.number_format = NUMBER_FORMATS[Form.TEXT]
    return cell


def _add_about(workbook: Any, listing: Listing, tally: Tally) -> None:
    sheet = workbook.create_sheet('À propos')
    sheet.column_dimensions['A'].width = sheet.column_dimensions['B'].width = 32
    for name, value in _about(listing, tally):
        sheet.append([_title(sheet, name), value if not isinstance(value, str) else _text(sheet, value)])


def _about(listing: Listing, tally: Tally) -> Iterator[tuple[str, Any]]:
    yield 'Export', listing.table.title
    yield 'Régie', f'{listing.regie_label} ({listing.regie_code})'
    yield 'Période', period_text(listing.first_day, listing.last_day) or 'sans limite'
    if listing.family_id:
        yield 'Dossier famille', listing.family_id
    yield 'Établi le', moment_text(listing.made_at)
    yield 'Nombre de lignes', tally.count
    yield 'Total', tally.total
