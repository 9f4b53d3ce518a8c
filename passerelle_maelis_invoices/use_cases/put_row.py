"""Create or update one row from a configuration, writing only what differs."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model

from ..errors import MisconfiguredConnector
from .validate_configuration import InvalidConfiguration, Place, place

Row = TypeVar('Row', bound=Model)
SECRETS = ('password', 'keys')


class Action(StrEnum):
    CREATED = 'created'
    UPDATED = 'updated'
    UNCHANGED = 'unchanged'


def put_row(
    model: type[Row],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    path: Place,
    defaults: Mapping[str, Any] | None = None,
) -> tuple[Row, Action]:
    """The row that ``key`` names, brought to ``values``; ``defaults`` are for a new row only.

    Raises InvalidConfiguration, in which ``path`` says where the row was described.
    """
    row = _existing(model, key)
    if row is None:
        row = model(**{**(defaults or {}), **key, **values})
        _validate(row, path)
        row.save(force_insert=True)
        return row, Action.CREATED
    changed = {name: value for name, value in values.items() if _differs(row, name, value)}
    if not changed:
        return row, Action.UNCHANGED
    for name, value in changed.items():
        setattr(row, name, value)
    _validate(row, path)
    row.save(update_fields=list(changed))
    return row, Action.UPDATED


def _existing(model: type[Row], key: Mapping[str, Any]) -> Row | None:
    """Secrets are left aside: one that can no longer be deciphered must not prevent its replacement."""
    names = {field.name for field in model._meta.get_fields()}
    rows = model._default_manager.filter(**key)
    return rows.defer(*[name for name in SECRETS if name in names]).first()


def _differs(row: Model, name: str, value: Any) -> bool:
    try:
        return bool(getattr(row, name) != value)
    except MisconfiguredConnector:
        return True


def _validate(row: Model, path: Place) -> None:
    try:
        row.full_clean(exclude=row.get_deferred_fields())
    except ValidationError as error:
        raise InvalidConfiguration(*_problems(error, path)) from None


def _problems(error: ValidationError, path: Place) -> list[str]:
    return [
        f'{place(path if name == NON_FIELD_ERRORS else (*path, name))} : {" ".join(messages)}'
        for name, messages in error.message_dict.items()
    ]
