"""The part of a configuration that says who may call."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model

from ..models import ApiClient
from ..models.secrets import hash_secret, secret_matches
from .named_rows import named_connector, named_regie
from .put_row import Action, put_row
from .validate_configuration import Place

Given = Mapping[str, Any]


def put_api_client(given: Given, path: Place) -> Action:
    """Raises InvalidConfiguration."""
    client, action = put_row(ApiClient, {'name': given['name']}, _values(given), path)
    moved = [_set(client, name, rows) for name, rows in _reach(given, path).items()]
    return Action.UPDATED if action is Action.UNCHANGED and any(moved) else action


def _values(given: Given) -> Given:
    values = {name: given[name] for name in ('active', 'keys', 'may_export') if name in given}
    values |= {name: given[name] or None for name in ('orig', 'username') if name in given}
    stored = ApiClient.objects.filter(name=given['name']).defer('keys').first() or ApiClient()
    if 'api_key' in given:
        values['api_key_hash'] = _hashed(given['api_key'], stored.api_key_hash)
    if 'password' in given:
        values['password_hash'] = _hashed(given['password'], stored.password_hash)
    return values


def _hashed(secret: str, stored: str) -> str:
    """The stored hash for as long as it fits, though an older key may have made it."""
    if not secret or secret_matches(secret, stored):
        return secret and stored
    return hash_secret(secret)


def _reach(given: Given, path: Place) -> Mapping[str, Sequence[Model]]:
    named = {'connectors': named_connector, 'regies': named_regie}
    return {
        name: [find(item, (*path, name, n)) for n, item in enumerate(given[name])]
        for name, find in named.items()
        if name in given
    }


def _set(client: ApiClient, name: str, rows: Sequence[Model]) -> bool:
    """Returns whether that changed anything."""
    relation = getattr(client, name)
    before = set(relation.values_list('pk', flat=True))
    relation.set(rows)
    return before != {row.pk for row in rows}
