"""The JSON Schemas of what we receive and send; validation and OpenAPI come from these files."""

import json
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from ..errors import BadRequest

_MESSAGES = {
    'required': 'le champ « {field} » est obligatoire',
    'type': 'le champ « {field} » n’est pas du bon type',
    'maxLength': 'le champ « {field} » dépasse {limit} caractères',
    'pattern': 'le champ « {field} » est vide ou mal formé',
    'not': 'le champ « {field} » contient des caractères de contrôle',
}


@cache
def schema(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(f'schemas/{name}.json').read_text(encoding='utf-8')
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def check(name: str, instance: object) -> None:
    """Raises BadRequest, which names every field that is at fault, in French."""
    reasons = sorted({_reason(error) for error in _validator(name).iter_errors(instance)})
    if reasons:
        raise BadRequest(f'Requête invalide : {" ; ".join(reasons)}.')


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))


def _reason(error: ValidationError) -> str:
    field = '.'.join(str(part) for part in error.absolute_path)
    if error.validator == 'required':
        # One error for each absence, and only its message names it.
        field = error.message.split("'")[1]
    message = _MESSAGES.get(str(error.validator), 'le champ « {field} » est invalide')
    return message.format(field=field, limit=error.validator_value)
