"""An InvoiceBean laid out for reading, whatever Maelis put in it: plain fields, and a table for each list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plain_fields(bean: Mapping[str, Any]) -> dict[str, str]:
    """
    >>> plain_fields({'numInvoice': '30', 'payer': {'num': '1312'}, 'lineInvoiceList': [{}]})
    {'numInvoice': '30', 'payer.num': '1312'}
    """
    return {name: _text(value) for name, value in _leaves(bean) if not _is_table(value)}


def tables(bean: Mapping[str, Any]) -> list[Table]:
    return [_table(name, value) for name, value in _leaves(bean) if _is_table(value)]


def _leaves(bean: Mapping[str, Any], prefix: str = '') -> Iterator[tuple[str, Any]]:
    for name, value in bean.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f'{prefix}{name}.')
        else:
            yield f'{prefix}{name}', value


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _table(title: str, rows: list[Mapping[str, Any]]) -> Table:
    flat = [dict(_leaves(row)) for row in rows]
    columns = tuple(dict.fromkeys(name for row in flat for name in row))
    return Table(title, columns, tuple(tuple(_text(row.get(name)) for name in columns) for row in flat))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return 'oui' if value else 'non'
    if isinstance(value, list):
        return ', '.join(_text(item) for item in value)
    return '' if value is None else str(value)
