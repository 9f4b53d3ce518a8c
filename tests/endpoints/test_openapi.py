"""The description against what is served."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from passerelle_maelis_invoices.publik.openapi import describe
from passerelle_maelis_invoices.publik.operations import OPERATIONS
from passerelle_maelis_invoices.urls import CONNECTOR, urlpatterns
from tests.builders import NAME_ID, a_link, a_payment, an_api_client, an_invoice
from tests.endpoints.conftest import HOME, Portal

DOCUMENT = describe(title='Factures', base_url=f'{HOME}/toulouse')


def served() -> dict[str, set[str]]:
    """Paths as the description spells them, with the tails that are served for each connector."""
    tails: dict[str, set[str]] = {}
    for pattern in urlpatterns:
        if not str(pattern.pattern).startswith(CONNECTOR):
            continue
        tail = re.sub(r'<\w+:(\w+)>', r'{\1}', str(pattern.pattern)[len(CONNECTOR) :])
        if pattern.callback.__name__ != 'unknown':
            tails.setdefault(f'{tail.rstrip("/")}/', set()).add(tail)
    return tails


def test_every_address_is_described_and_every_description_served() -> None:
    assert set(DOCUMENT['paths']) == set(served())


def test_every_address_is_served_with_and_without_its_last_slash() -> None:
    assert {path: {path, path.rstrip('/')} for path in served()} == served()


@pytest.mark.parametrize('path', DOCUMENT['paths'])
def test_every_parameter_of_a_path_is_described(path: str) -> None:
    for operation in DOCUMENT['paths'][path].values():
        inside = {item['name'] for item in operation['parameters'] if item['in'] == 'path'}
        assert inside == set(re.findall(r'{(\w+)}', path))


def test_operations_have_names_of_their_own() -> None:
    names = [operation['operationId'] for item in DOCUMENT['paths'].values() for operation in item.values()]
    assert len(names) == len(set(names)) == sum(len(operation.paths) for operation in OPERATIONS)


@pytest.mark.parametrize('name', DOCUMENT['components']['schemas'])
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT['components']['schemas'][name])


@pytest.mark.parametrize('tail', ['openapi.json', 'openapi.json/'])
def test_the_description_is_served_for_the_connector(portal: Portal, tail: str) -> None:
    document = portal.get(tail).json()
    assert document['openapi'].startswith('3.1')
    assert document['servers'] == [{'url': f'{HOME}/toulouse'}]
    assert document['paths'] == DOCUMENT['paths']


@pytest.mark.parametrize('path', [path for path in DOCUMENT['paths'] if not path.startswith('/openapi')])
def test_answers_are_as_described(portal: Portal, path: str) -> None:
    a_link()
    an_invoice('30')
    an_invoice('28', paid='42.00')
    an_api_client(may_export=True)
    a_payment(of=an_invoice('27'))
    wanted = {'regie': '102', 'kind': 'payments', 'format': 'csv'}
    export_id = portal.post('exports/', wanted).json()['data']['id']
    tail = path[1:].format(regie='102', invoice_id='1312-30', export_id=export_id)
    query = {'NameID': NAME_ID, 'invoice_id': '1312-30'}
    body = {'transaction_id': 'T1', 'NameID': NAME_ID, 'family_id': '1312', **wanted}
    for method in DOCUMENT['paths'][path]:
        answer = portal.get(tail, **query) if method == 'get' else portal.post(tail, body, **query)
        _validate(path, method, str(answer.status_code), answer.json())


def _validate(path: str, method: str, status: str, answer: Any) -> None:
    resource: Any = Resource.from_contents(DOCUMENT, default_specification=_specification())
    registry = Registry().with_resource('urn:api', resource)
    described = DOCUMENT['paths'][path][method]['responses'][status]['content']['application/json']['schema']
    absolute = _absolute(described)
    Draft202012Validator(absolute, registry=registry).validate(answer)


def _absolute(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {k: f'urn:api{v}' if k == '$ref' else _absolute(v) for k, v in schema.items()}
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema


def _specification() -> Any:
    from referencing.jsonschema import DRAFT202012

    return DRAFT202012
