"""The fields of a request's body, sent as JSON or as a form."""

import json
from typing import Any
from urllib.parse import parse_qsl

from ..errors import BadRequest

FORM = 'application/x-www-form-urlencoded'


def read_fields(body: bytes, content_type: str) -> dict[str, Any]:
    """Numbers come as text, spelled as they were sent. Raises BadRequest.

    A JSON object announced as a form is read all the same: that is what ``curl -d`` sends.
    """
    if content_type == FORM and not body.lstrip().startswith(b'{'):
        return _storable(dict(parse_qsl(body.decode('utf-8', 'replace'), keep_blank_values=True)))
    return _storable(_json_object(body))


def text_of(body: bytes) -> str:
    """The body as text that a database can keep, whatever its bytes; nothing is dropped."""
    return storable_text(body.decode('utf-8', 'backslashreplace'))


def storable_text(text: str) -> str:
    """Without what databases refuse, zero bytes and lone surrogates, which are written as escapes."""
    return text.encode('utf-8', 'backslashreplace').decode().replace('\0', r'\x00')


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise BadRequest('Le corps de la requête n’est pas du JSON lisible.', detail=str(error)) from None
    if not isinstance(fields, dict):
        raise BadRequest('Le corps de la requête doit être un objet JSON.')
    return fields


def _storable(fields: dict[str, Any]) -> dict[str, Any]:
    """Surrogates only: a zero byte is for the schema to judge."""
    return {
        name: value.encode('utf-8', 'backslashreplace').decode() if isinstance(value, str) else value
        for name, value in fields.items()
    }
