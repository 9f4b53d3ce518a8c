"""A list as a printable sheet: drawn line by line, since a table of a hundred thousand rows fits nowhere."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from .french import day_text, euros, moment_text, period_text
from .pages import new_canvas
from .rows import Row
from .tables import Column, Form, Listing
from .tally import Tally
from .typography import BOLD, INK, QUIET, REGULAR, RULE, SHADE, drawable, shortened

PAGE = landscape(A4)
MARGIN, BOTTOM, GAP = 14 * mm, 18 * mm, 8
LINE, NEXT_LINE, SIZE = 13.0, 9.0, 7.5
MOST_LINES = 4
NUMBERS = (Form.AMOUNT, Form.COUNT)


def write_listing_pdf(listing: Listing, rows: Iterable[Row], out: BinaryIO) -> None:
    tally = Tally(listing.table)
    sheet = _Sheet(listing, out)
    for row in tally.over(rows):
        sheet.add(row)
    sheet.end(tally)


class _Sheet:
    """The canvas, and how far down its page is filled."""

    def __init__(self, listing: Listing, out: BinaryIO) -> None:
        self._listing = listing
        self._title = f'{listing.table.title} – {listing.regie_label}'
        self._canvas: Canvas = new_canvas(out, title=self._title, author='', pagesize=PAGE)
        self._places = _places(listing.table.columns)
        self._page, self._y = 0, 0.0
        self._begin_page()

    def add(self, row: Row) -> None:
        cells = [
            _lines(self._said(column, getattr(row, column.name)), column, width)
            for column, _, width in self._places
        ]
        height = LINE + NEXT_LINE * (max(map(len, cells)) - 1)
        self._make_room(height)
        self._y -= LINE
        for lines, (column, left, width) in zip(cells, self._places, strict=True):
            for n, line in enumerate(lines):
                self._draw(line, column, left, width, self._y - n * NEXT_LINE)
        self._y -= height - LINE
        self._canvas.line(MARGIN, self._y - 3.5, PAGE[0] - MARGIN, self._y - 3.5)

    def end(self, tally: Tally) -> None:
        self._make_room(2 * LINE)
        self._y -= 2 * LINE
        self._canvas.setFont(BOLD, SIZE + 1)
        said = f'{tally.count} ligne{"s" if tally.count > 1 else ""}, total {euros(tally.total)}'
        self._canvas.drawRightString(PAGE[0] - MARGIN, self._y, drawable(said))
        self._canvas.showPage()
        self._canvas.save()

    def _make_room(self, height: float) -> None:
        if self._y < BOTTOM + height:
            self._canvas.showPage()
            self._begin_page()

    def _begin_page(self) -> None:
        self._page += 1
        self._y = PAGE[1] - MARGIN - 12
        self._draw_heading()
        self._draw_titles()
        self._draw_foot()
        self._canvas.setFont(REGULAR, SIZE)
        self._canvas.setFillColor(INK)
        self._canvas.setStrokeColor(RULE)
        self._canvas.setLineWidth(0.4)

    def _draw_heading(self) -> None:
        listing, canvas = self._listing, self._canvas
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 13)
        canvas.drawString(MARGIN, self._y, shortened(self._title, PAGE[0] - 2 * MARGIN, BOLD, 13))
        family = f'dossier famille {listing.family_id}' if listing.family_id else ''
        period = period_text(listing.first_day, listing.last_day)
        about = ', '.join(part for part in (f'régie {listing.regie_code}', period, family) if part)
        canvas.setFont(REGULAR, 8.5)
        canvas.drawString(MARGIN, self._y - 14, drawable(about))
        self._y -= 22

    def _draw_titles(self) -> None:
        self._y -= LINE + 4
        self._canvas.setFillColor(SHADE)
        self._canvas.rect(MARGIN, self._y - 5, PAGE[0] - 2 * MARGIN, LINE + 4, stroke=0, fill=1)
        self._canvas.setFillColor(INK)
        self._canvas.setFont(BOLD, SIZE)
        for column, left, width in self._places:
            self._draw(shortened(column.title, width - GAP / 2, BOLD, SIZE), column, left, width, self._y)
        self._y -= 4

    def _draw_foot(self) -> None:
        self._canvas.setFont(REGULAR, 7)
        self._canvas.setFillColor(QUIET)
        made = f'Établi le {moment_text(self._listing.made_at)}'
        self._canvas.drawString(MARGIN, 10 * mm, drawable(made))
        self._canvas.drawRightString(PAGE[0] - MARGIN, 10 * mm, f'page {self._page}')

    def _draw(self, line: str, column: Column, left: float, width: float, y: float) -> None:
        if column.form in NUMBERS:
            self._canvas.drawRightString(left + width - GAP / 2, y, line)
        else:
            self._canvas.drawString(left + GAP / 2, y, line)

    def _said(self, column: Column, value: Any) -> str:
        if value is None:
            return ''
        match column.form:
            case Form.AMOUNT:
                return euros(value)
            case Form.DAY:
                return day_text(value)
            case Form.MOMENT:
                return moment_text(value)
            case Form.COUNT:
                return str(value)
        return self._listing.in_words(column, value)


def _lines(text: str, column: Column, width: float) -> list[str]:
    if not column.wraps:
        return [shortened(text, width - GAP, REGULAR, SIZE)]
    lines = simpleSplit(drawable(text), REGULAR, SIZE, width - GAP)
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1 :] = [f'{lines[MOST_LINES - 1]} …']
    return [shortened(line, width - GAP, REGULAR, SIZE) for line in lines] or ['']


def _places(columns: tuple[Column, ...]) -> list[tuple[Column, float, float]]:
    """Each printed column with its left edge and its width, in points."""
    printed = [column for column in columns if column.width]
    unit = (PAGE[0] - 2 * MARGIN) / sum(column.width for column in printed)
    places, left = [], float(MARGIN)
    for column in printed:
        places.append((column, left, column.width * unit))
        left += column.width * unit
    return places
