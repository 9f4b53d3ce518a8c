"""Bring the tables into line with a configuration document: what it names is created or updated.

What it does not name is left as it is, and nothing is ever deleted, so that the same document may be
applied again at any time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation

from ..errors import ConnectorError
from ..models import Connector, FamilyLink, Regie
from .configure_api_clients import put_api_client
from .import_regies import import_regies
from .named_rows import named_connector
from .put_row import Action, put_row
from .validate_configuration import Place, validate_configuration

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    #: For people, in French: 'connecteur toulouse'.
    what: str
    action: Action


@dataclass(frozen=True, slots=True)
class Configured:
    changes: tuple[Change, ...]
    #: What an administrator should know, in French; the configuration is stored all the same.
    warnings: tuple[str, ...]


def configure(document: Any, *, reimport_regies: bool = False) -> Configured:
    """One transaction, then the régies of connectors that have none are read from Maelis.

    ``reimport_regies``: those of the other connectors in the document too. Raises InvalidConfiguration,
    with nothing stored; a Maelis that cannot be reached is only a warning.
    """
    validate_configuration(document)
    with translation.override('fr'), transaction.atomic():
        changes = [*_connectors(document), *_api_clients(document), *_links(document)]
    warnings: list[str] = []
    for connector in _without_regies(document, reimport_regies):
        try:
            changes += _imported(connector)
        except ConnectorError as error:
            warnings.append(f'Les régies de {connector.slug} n’ont pas pu être importées. {error}')
    return Configured(tuple(changes), tuple(warnings))


def _connectors(document: Given) -> Iterator[Change]:
    for n, given in enumerate(document.get('connectors', [])):
        path: Place = ('connectors', n)
        slug = given['slug']
        connector, action = put_row(
            Connector, {'slug': slug}, _connector_values(given), path, defaults={'title': slug}
        )
        yield Change(f'connecteur {slug}', action)
        for m, regie in enumerate(given.get('regies', [])):
            yield _regie(connector, regie, (*path, 'regies', m))


def _connector_values(given: Given) -> Given:
    values = {name: value for name, value in given.items() if name not in ('slug', 'regies')}
    if 'service_url' in values:
        values['service_url'] = values['service_url'] or ''
    if 'alert_emails' in values:
        values['alert_emails'] = '\n'.join(values['alert_emails'])
    return values


def _regie(connector: Connector, given: Given, path: Place) -> Change:
    code = given['code']
    values = {name: value for name, value in given.items() if name != 'code'}
    for name in ('minimum_amount', 'maximum_amount'):
        if values.get(name):
            values[name] = Decimal(values[name])
    key = {'connector': connector, 'code': code}
    _, action = put_row(Regie, key, values, path, defaults={'label': code})
    return Change(f'régie {connector.slug}/{code}', action)


def _api_clients(document: Given) -> Iterator[Change]:
    for n, given in enumerate(document.get('api_clients', [])):
        yield Change(f'client d’API {given["name"]}', put_api_client(given, ('api_clients', n)))


def _links(document: Given) -> Iterator[Change]:
    for n, given in enumerate(document.get('links', [])):
        path: Place = ('links', n)
        connector = named_connector(given['connector'], (*path, 'connector'))
        key = {'connector': connector, 'name_id': given['name_id'], 'family_id': given['family_id']}
        _, action = put_row(FamilyLink, key, {}, path)
        yield Change(f'rattachement {given["name_id"]} → {connector.slug}/{given["family_id"]}', action)


def _without_regies(document: Given, reimport: bool) -> Iterator[Connector]:
    slugs = {given['slug'] for given in document.get('connectors', [])}
    for connector in Connector.objects.filter(slug__in=slugs).defer('password'):
        if reimport or not connector.regies.exists():
            yield connector


def _imported(connector: Connector) -> Iterable[Change]:
    imported = import_regies(connector=connector)
    by_action = {Action.CREATED: imported.created, Action.UPDATED: imported.updated}
    return [
        Change(f'régie {connector.slug}/{code}', action)
        for action, codes in by_action.items()
        for code in codes
    ]
