"""The rows of a CSV or JSON file of payments, not yet understood: names and texts."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

REQUIRED = ('regie', 'invoice_id', 'transaction_id')


class UnreadableFile(Exception):
    """Nothing of it can be used; ``str(error)`` says why, in French."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True, slots=True)
class RawRow:
    """Absent and empty are the same. ``problem``: why it is not even a row."""

    place: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ''


def csv_rows(text: str) -> Iterator[RawRow]:
    """Columns apart by `;` or `,`, whichever the first line has. Raises UnreadableFile."""
    header_line = text.partition('\n')[0]
    reader = csv.reader(
        io.StringIO(text, newline=''), delimiter=';' if ';' in header_line else ',', strict=True
    )
    try:
        names = _names(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _csv_row(f'ligne {reader.line_num}', names, cells)
    except csv.Error as error:
        raise UnreadableFile(f'ligne {reader.line_num}', f'CSV illisible ({error}).') from None


def json_rows(text: str) -> Iterator[RawRow]:
    """A list of objects, or an object whose `payments` is one. Raises UnreadableFile."""
    try:
        document = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        line = getattr(error, 'lineno', 1)
        raise UnreadableFile(f'ligne {line}', f'JSON illisible ({error}).') from None
    items = document.get('payments') if isinstance(document, dict) else document
    if not isinstance(items, list):
        raise UnreadableFile(
            'fichier', 'il faut une liste d’objets, ou un objet « payments » qui en contient une.'
        )
    for n, item in enumerate(items, start=1):
        yield _json_row(f'règlement {n}', item)


def _names(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise UnreadableFile(
            'ligne 1', f'il manque les colonnes {", ".join(missing)} ; l’en-tête est obligatoire.'
        )
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise UnreadableFile('ligne 1', f'des colonnes y sont deux fois : {", ".join(repeated)}.')
    return names


def _csv_row(place: str, names: list[str], cells: list[str]) -> RawRow:
    if len(cells) > len(names):
        return RawRow(
            place,
            problem='plus de valeurs que de colonnes ; entourez de guillemets celles qui ont une virgule.',
        )
    values = zip(names, (cell.strip() for cell in cells), strict=False)
    return RawRow(place, {name: value for name, value in values if name and value})


def _json_row(place: str, item: object) -> RawRow:
    if not isinstance(item, dict):
        return RawRow(place, problem='ce n’est pas un objet.')
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in item.items()}
    fields = {name: value for name, value in stripped.items() if value not in (None, '')}
    return RawRow(place, fields) if fields else RawRow(place, problem='cet objet est vide.')
