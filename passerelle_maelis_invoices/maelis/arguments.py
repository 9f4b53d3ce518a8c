"""Our values, put where one WSDL wants them: by name, at whatever depth, in the type that it asks for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from zeep import xsd

from ..domain.paris import PARIS
from ..errors import BadRequest, MisconfiguredConnector

Value = str | datetime | Sequence[str]
Values = Mapping[str, Value | None]

#: Left out where the WSDL does not have them; all others must have a place.
OPTIONAL = frozenset({'dateStart', 'dateEnd', 'numPerson'})
#: Levels of wrapping that are searched.
DEPTH = 4

#: What XML cannot carry.
CONTROL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')
INTEGER = re.compile(r'[+-]?[0-9]{1,19}')


def arguments(operation: str, body: Any, values: Values) -> dict[str, Any]:
    """What zeep wants for the request element ``body``; ``None`` values are left out."""
    given = {name: value for name, value in values.items() if value is not None}
    placed: set[str] = set()
    result = dict(_placed(body, given, placed, DEPTH)) if body is not None else {}
    for name in given.keys() - placed - OPTIONAL:
        raise MisconfiguredConnector(f'Le WSDL n’a pas de paramètre « {name} » pour « {operation} ».')
    return result


def _placed(
    element: Any, given: Mapping[str, Value], placed: set[str], depth: int
) -> Iterator[tuple[str, Any]]:
    for name, child in getattr(element.type, 'elements', ()):
        if name in given:
            placed.add(name)
            yield name, _shaped(name, child, given[name])
        elif depth and (nested := dict(_placed(child, given, placed, depth - 1))):
            yield name, nested


def _shaped(name: str, element: Any, value: Value) -> Any:
    """One value, or as many as the element takes, inside the wrapper that its type may be."""
    inner = list(getattr(element.type, 'elements', ()))
    if inner:
        wrapped, child = inner[0]
        return {wrapped: _shaped(name, child, value)}
    if isinstance(value, str | datetime):
        return _text(name, element.type, value)
    texts = [_text(name, element.type, item) for item in value]
    if element.accepts_multiple:
        return texts
    if len(texts) != 1:
        raise MisconfiguredConnector(f'Le WSDL n’accepte qu’une valeur pour « {name} ».')
    return texts[0]


def _text(name: str, kind: Any, value: str | datetime) -> str:
    """Dates are told in the city's time, with its offset."""
    if isinstance(value, datetime):
        local = value.astimezone(PARIS)
        return local.date().isoformat() if isinstance(kind, xsd.Date) else local.isoformat(timespec='seconds')
    if CONTROL.search(value):
        raise BadRequest(f'« {name} » contient un caractère que Maelis ne peut pas recevoir.')
    if isinstance(kind, xsd.Integer) and not INTEGER.fullmatch(value):
        raise BadRequest(f'« {name} » doit être un nombre entier.')
    return value
