"""JSON that ``schemas/<kind>.json`` describes: amounts as text, codes as they are."""

import json
from collections.abc import Iterable
from datetime import UTC, date
from typing import Any, BinaryIO

from ..domain.money import amount_text
from .rows import Row
from .tables import Column, Form, Listing, Table
from .tally import Tally

Json = dict[str, Any]


def write_json(listing: Listing, rows: Iterable[Row], out: BinaryIO) -> None:
    """One row on each line, so that tools that read by lines find their way too."""
    table, tally = listing.table, Tally(listing.table)
    head = _text(_head(listing))[:-1]
    out.write(f'{head}, "{table.name}": ['.encode())
    for row in tally.over(rows):
        out.write(f'{"," if tally.count > 1 else ""}\n{_text(json_row(table, row))}'.encode())
    out.write(f'\n], "count": {tally.count}, "total": "{amount_text(tally.total)}"}}\n'.encode())


def json_row(table: Table, row: Row) -> Json:
    """One row as in a file, and as the API gives it."""
    return {column.name: _value(column, getattr(row, column.name)) for column in table.columns}


def _head(listing: Listing) -> Json:
    return {
        'kind': listing.table.name,
        'connector': listing.connector,
        'regie': {'code': listing.regie_code, 'label': listing.regie_label},
        'from': _day(listing.first_day),
        'to': _day(listing.last_day),
        'family_id': listing.family_id,
        'made_at': _moment(listing.made_at),
    }


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    match column.form:
        case Form.AMOUNT:
            return amount_text(value)
        case Form.DAY:
            return _day(value)
        case Form.MOMENT:
            return _moment(value)
    return value


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(moment: Any) -> str:
    return str(moment.astimezone(UTC).isoformat(timespec='seconds'))


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
