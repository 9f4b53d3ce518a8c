"""Whether a configuration document has the right shape, said for the person who wrote it."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from ..errors import ConnectorError

SCHEMA = Path(__file__).parent / 'schemas' / 'configuration.json'
Place = tuple[str | int, ...]

TYPES = {
    'string': 'un texte entre guillemets',
    'number': 'un nombre',
    'integer': 'un nombre entier',
    'boolean': 'true ou false',
    'array': 'une liste',
    'object': 'un objet',
    'null': 'null',
}


class InvalidConfiguration(ConnectorError):
    """Each of ``problems`` names the place, as in ``connectors[0].wsdl_url``, and what is expected there."""

    http_status = 400
    err_class = 'invalid-configuration'

    def __init__(self, *problems: str) -> None:
        super().__init__('\n'.join(problems))
        self.problems = problems


def validate_configuration(document: object) -> None:
    """Raises InvalidConfiguration with everything that is wrong."""
    problems = [line for error in _validator().iter_errors(document) for line in _problems(error)]
    if problems:
        raise InvalidConfiguration(*dict.fromkeys(problems))


def place(path: Place) -> str:
    """
    >>> place(('connectors', 0, 'slug'))
    'connectors[0].slug'
    """
    steps = (f'[{step}]' if isinstance(step, int) else f'.{step}' for step in path)
    return ''.join(steps).removeprefix('.') or 'document'


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding='utf-8')))


def _problems(error: ValidationError) -> Iterator[str]:
    where, schema, given = tuple(error.absolute_path), _mapping(error.schema), _mapping(error.instance)
    if error.validator == 'additionalProperties':
        known = schema['properties']
        for key in (key for key in given if key not in known):
            yield f'{place((*where, key))} : clé inconnue ; les clés connues sont {", ".join(known)}.'
    elif error.validator == 'required':
        for key in (key for key in schema['required'] if key not in given):
            yield f'{place((*where, key))} : obligatoire.'
    else:
        yield f'{place(where)} : {_expected(error)}.'


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _expected(error: ValidationError) -> str:
    """Secrets may be what is wrong: values are never repeated."""
    says = MESSAGES.get(str(error.validator))
    return says(error.validator_value) if says else f'valeur non permise ({error.validator})'


def _types(expected: Any) -> str:
    names = [expected] if isinstance(expected, str) else expected
    return 'il faut ' + ' ou '.join(TYPES[name] for name in names)


MESSAGES: dict[str, Callable[[Any], str]] = {
    'type': _types,
    'pattern': lambda pattern: f'forme inattendue (motif : {pattern})',
    'minLength': lambda length: f'trop court (au moins {length} caractère)',
    'maxLength': lambda length: f'trop long (au plus {length} caractères)',
    'minimum': lambda bound: f'trop petit (au moins {bound})',
    'maximum': lambda bound: f'trop grand (au plus {bound})',
    'maxItems': lambda count: f'trop d’éléments (au plus {count})',
    'uniqueItems': lambda _: 'le même élément y est deux fois',
}
