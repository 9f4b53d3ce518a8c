"""XML that ``schemas/export.xsd`` describes: the same names and values as in JSON."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any, BinaryIO

from lxml import etree

from ..domain.money import amount_text
from .json_file import json_row
from .printable import printable
from .rows import Row
from .tables import Listing
from .tally import Tally

NAMESPACE = 'urn:passerelle-maelis-invoices:export:1'
DEFAULT_NAMESPACE: dict[Any, str] = {None: NAMESPACE}


def write_xml(listing: Listing, rows: Iterable[Row], out: BinaryIO) -> None:
    """An element that is absent has no value."""
    table, tally = listing.table, Tally(listing.table)
    with etree.xmlfile(out, encoding='utf-8') as file:
        file.write_declaration()
        with file.element(_name(table.name), _head(listing), nsmap=DEFAULT_NAMESPACE):
            for row in tally.over(rows):
                file.write('\n', _element(table.row, json_row(table, row)))
            totals = {'count': tally.count, 'total': amount_text(tally.total)}
            file.write('\n', _element('totals', totals), '\n')


def _head(listing: Listing) -> dict[str, str]:
    said = {
        'connector': listing.connector,
        'regie': listing.regie_code,
        'regie_label': listing.regie_label,
        'from': listing.first_day and listing.first_day.isoformat(),
        'to': listing.last_day and listing.last_day.isoformat(),
        'family_id': listing.family_id,
        'made_at': listing.made_at.astimezone(UTC).isoformat(timespec='seconds'),
    }
    return {name: printable(value) for name, value in said.items() if value}


def _element(name: str, values: dict[str, Any]) -> etree._Element:
    element = etree.Element(_name(name), nsmap=DEFAULT_NAMESPACE)
    for key, value in values.items():
        if value not in (None, ''):
            etree.SubElement(element, _name(key)).text = printable(str(value))
    return element


def _name(name: str) -> str:
    return f'{{{NAMESPACE}}}{name}'
