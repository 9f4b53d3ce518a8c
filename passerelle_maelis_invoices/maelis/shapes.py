"""What a bean should look like, read from its JSON Schema, in the form that the reader walks by."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from . import lexical

SCHEMA = Path(__file__).parent / 'schemas' / 'invoice_bean.json'

#: Readers of the schema's named values; each raises ValueError.
READERS: Mapping[str, Callable[[str], str]] = {
    'identifier': str,
    'text': str,
    'amount': lexical.amount,
    'number': lexical.number,
    'day': lexical.day,
}


@dataclass(frozen=True, slots=True)
class Value:
    """A text; an empty one is ``None`` where ``nullable``, and unreadable where the reader refuses ''."""

    read: Callable[[str], str]
    nullable: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """An object, or a list of such objects where ``repeated``."""

    fields: 'Mapping[str, Value | Shape]'
    required: frozenset[str]
    repeated: bool = False


@cache
def invoice_shape() -> Shape:
    return _shape(bean_schema())


@cache
def bean_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding='utf-8'))
    return schema


def _shape(schema: Mapping[str, Any], *, repeated: bool = False) -> Shape:
    fields = {name: _field(field) for name, field in schema['properties'].items()}
    return Shape(fields, frozenset(schema.get('required', ())), repeated)


def _field(schema: Mapping[str, Any]) -> Value | Shape:
    if schema.get('type') == 'array':
        return _shape(schema['items'], repeated=True)
    if schema.get('type') == 'object':
        return _shape(schema)
    choices = schema.get('anyOf', [schema])
    name = choices[0]['$ref'].rpartition('/')[2]
    return Value(READERS[name], nullable={'type': 'null'} in choices)
