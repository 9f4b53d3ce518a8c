"""Linking a portal user to a family, and undoing it."""

from __future__ import annotations

from typing import Any

import pytest

from passerelle_maelis_invoices.models import FamilyLink
from tests.builders import NAME_ID, a_connector, a_link, an_invoice
from tests.endpoints.conftest import Portal

LINK = {'NameID': NAME_ID, 'family_id': '1312'}
FORM = 'application/x-www-form-urlencoded'
FORM_BODY = f'NameID={NAME_ID}&family_id=1312'.encode()


def links() -> list[tuple[str, str]]:
    return list(FamilyLink.objects.values_list('name_id', 'family_id'))


@pytest.mark.parametrize('slash', ['/', ''])
@pytest.mark.parametrize(
    ('body', 'content_type', 'query'),
    [
        (LINK, 'application/json', {}),
        ({'NameID': f' {NAME_ID} ', 'family_id': 1312}, 'application/json', {}),
        (FORM_BODY, FORM, {}),
        ({'family_id': '1312'}, 'application/json', {'NameID': NAME_ID}),
        (b'', '', LINK),
    ],
    ids=['json', 'number', 'form', 'user in the query', 'query alone'],
)
def test_a_link_is_made_and_undone(
    portal: Portal, slash: str, body: Any, content_type: str, query: dict[str, str]
) -> None:
    for _ in range(2):
        answer = portal.post(f'link{slash}', body, content_type, **query)
        assert (answer.status_code, answer.json()) == (200, {'data': LINK, 'err': 0})
        assert links() == [(NAME_ID, '1312')]
    for _ in range(2):
        answer = portal.post(f'unlink{slash}', body, content_type, **query)
        assert (answer.status_code, answer.json()) == (200, {'data': LINK, 'err': 0})
        assert links() == []


def test_a_linked_user_reads_the_familys_invoices_and_no_more_once_unlinked(portal: Portal) -> None:
    an_invoice('30')
    for verb, expected in (('link', ['1312-30']), ('unlink', [])):
        portal.post(f'{verb}/', LINK)
        listed = portal.get('regie/102/invoices/', NameID=NAME_ID).json()['data']
        assert [invoice['id'] for invoice in listed] == expected


@pytest.mark.parametrize('verb', ['link', 'unlink'])
@pytest.mark.parametrize(
    ('body', 'reason'),
    [
        ({'family_id': '1312'}, 'le champ « NameID » est obligatoire'),
        ({'NameID': NAME_ID}, 'le champ « family_id » est obligatoire'),
        ({}, 'le champ « NameID » est obligatoire ; le champ « family_id » est obligatoire'),
        ({'NameID': '', 'family_id': '1312'}, 'le champ « NameID » est vide'),
        ({'NameID': 'a\0b', 'family_id': '1312'}, 'le champ « NameID » contient des caractères de contrôle'),
        ({'NameID': NAME_ID, 'family_id': ['1312']}, 'le champ « family_id » n’est pas du bon type'),
        (b'{', 'n’est pas du JSON lisible'),
    ],
)
def test_a_link_that_lacks_something_says_what(portal: Portal, verb: str, body: Any, reason: str) -> None:
    answer = portal.post(f'{verb}/', body)
    assert (answer.status_code, answer.json()['err_class']) == (400, 'bad-request')
    assert reason in answer.json()['err_desc']


def test_a_family_is_a_number(portal: Portal) -> None:
    answer = portal.post('link/', {'NameID': NAME_ID, 'family_id': 'dupont'})
    assert answer.status_code == 400
    assert 'numéro de dossier' in answer.json()['err_desc']
    assert links() == []


def test_p4_a_link_is_made_in_its_connector_alone(portal: Portal) -> None:
    a_link(connector=a_connector('lyon'))
    portal.post('unlink/', LINK)
    assert links() == [(NAME_ID, '1312')]
