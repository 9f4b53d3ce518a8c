"""A CSV file of the bank's or Lingo's transactions, read with the columns that its régie's files have."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from ..errors import BadRequest
from .money import InvalidAmount, parse_amount

#: Spaces that people and banks write between thousands.
SPACES = str.maketrans('', '', ' \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}€')


@dataclass(frozen=True, slots=True)
class BankFormat:
    delimiter: str = ';'
    encoding: str = 'utf-8-sig'
    #: Lines before the one that names the columns.
    skipped_lines: int = 0
    #: Columns by their name, or by their place counted from 1.
    reference_column: str = 'transaction_id'
    amount_column: str = 'amount'
    #: '' when the file has no dates.
    day_column: str = 'date'
    day_format: str = '%d/%m/%Y'
    in_cents: bool = False


@dataclass(frozen=True, slots=True)
class BankLine:
    reference: str
    amount: Decimal
    day: date | None


def read_bank_file(content: bytes, form: BankFormat) -> list[BankLine]:
    """Empty lines are left out; raises BadRequest that names the line that cannot be read."""
    try:
        text = content.decode(form.encoding)
    except (UnicodeDecodeError, LookupError):
        raise BadRequest(f'Le fichier n’est pas en {form.encoding} : vérifiez l’encodage.') from None
    rows = csv.reader(StringIO(text, newline=''), delimiter=form.delimiter)
    for _ in range(form.skipped_lines):
        next(rows, None)
    titles = [title.strip() for title in next(rows, [])]
    return list(_lines(rows, titles, form))


def _lines(rows: Iterator[list[str]], titles: list[str], form: BankFormat) -> Iterator[BankLine]:
    reference, amount = _place(form.reference_column, titles), _place(form.amount_column, titles)
    day = _place(form.day_column, titles) if form.day_column else None
    for number, row in enumerate(rows, start=form.skipped_lines + 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            yield BankLine(
                row[reference].strip(),
                _amount(row[amount], in_cents=form.in_cents),
                None if day is None else _day(row[day], form.day_format),
            )
        except (IndexError, ValueError) as error:
            raise BadRequest(f'Ligne {number} du fichier : {_words(error)}.') from None


def _place(column: str, titles: list[str]) -> int:
    if column in titles:
        return titles.index(column)
    if column.isascii() and column.isdigit() and 1 <= int(column) <= len(titles):
        return int(column) - 1
    raise BadRequest(f'Le fichier n’a pas de colonne « {column} » ; il a : {", ".join(titles) or "rien"}.')


def _amount(text: str, *, in_cents: bool) -> Decimal:
    amount = parse_amount(text.translate(SPACES).replace(',', '.'))
    return parse_amount(f'{amount / 100}') if in_cents else amount


def _day(text: str, form: str) -> date:
    return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day, not a moment


def _words(error: Exception) -> str:
    if isinstance(error, InvalidAmount):
        return 'montant illisible'
    return 'colonne manquante' if isinstance(error, IndexError) else 'date illisible'
