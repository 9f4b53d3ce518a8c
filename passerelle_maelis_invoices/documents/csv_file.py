"""CSV as French spreadsheets open it: UTF-8 with a mark, semicolons, decimal commas."""

import csv
from collections.abc import Iterable
from datetime import datetime
from io import TextIOWrapper
from typing import Any, BinaryIO

from ..domain.money import amount_text
from ..domain.paris import PARIS
from .rows import Row
from .tables import Column, Form, Listing

#: A spreadsheet takes a cell that begins so for a formula, and runs it.
DANGEROUS = ('=', '+', '-', '@', '\t', '\r', '\n')


def write_csv(listing: Listing, rows: Iterable[Row], out: BinaryIO) -> None:
    text = TextIOWrapper(out, encoding='utf-8-sig', newline='')
    writer = csv.writer(text, delimiter=';')
    columns = listing.table.columns
    writer.writerow(column.title for column in columns)
    for row in rows:
        writer.writerow(_cell(listing, column, getattr(row, column.name)) for column in columns)
    text.flush()
    text.detach()


def _cell(listing: Listing, column: Column, value: Any) -> str:
    if value is None:
        return ''
    match column.form:
        case Form.AMOUNT:
            return amount_text(value).replace('.', ',')
        case Form.DAY:
            return f'{value:%d/%m/%Y}'
        case Form.MOMENT:
            return _moment(value)
        case Form.COUNT:
            return str(value)
    return harmless(listing.in_words(column, value))


def harmless(text: str) -> str:
    """
    >>> harmless('=1+1'), harmless('Cantine')
    ("'=1+1", 'Cantine')
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _moment(moment: datetime) -> str:
    return f'{moment.astimezone(PARIS):%d/%m/%Y %H:%M:%S}'
