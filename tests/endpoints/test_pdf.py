"""PDFs: passed through, under a safe name, or an error that no portal takes for a PDF."""

from __future__ import annotations

from typing import Any

import pytest

from passerelle_maelis_invoices.errors import MisconfiguredConnector, NeverLeft, OutcomeUnknown, Refused
from tests.builders import NAME_ID, a_link, an_invoice
from tests.endpoints.conftest import Portal

CONTENT = b'%PDF-1.7\n\x00\xff\r\nbinary\n%%EOF'
ADDRESSES = ['regie/102/invoice/1312-30/pdf/', 'regie/102/invoice/1312-30/pdf']
CARD = ['regie/102/invoice/pdf/', 'regie/102/invoice/pdf']


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the use case was asked; it answers `CONTENT`."""
    calls: list[dict[str, Any]] = []

    def read(**question: Any) -> bytes:
        calls.append(question)
        return CONTENT

    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.pdf.read_invoice_pdf', read)
    return calls


@pytest.mark.parametrize('tail', [*ADDRESSES, *CARD])
def test_p16_a_pdf_is_passed_byte_for_byte(portal: Portal, asked: list[Any], tail: str) -> None:
    answer = portal.get(tail, **({'invoice_id': '1312-30'} if tail in CARD else {}))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer['Content-Type'] == 'application/pdf'
    assert answer['Content-Disposition'] == 'inline; filename="facture-30.pdf"'
    assert answer['X-Content-Type-Options'] == 'nosniff'
    assert answer['Cache-Control'] == 'no-store, private'


@pytest.mark.parametrize(
    ('user', 'families'),
    [
        ({'NameID': NAME_ID}, ('1312',)),
        ({'payer_external_id': '7'}, ('7',)),
        ({'NameID': '', 'email': ''}, None),
        ({}, None),
        ({'email': 'a@b.org'}, ()),
    ],
)
def test_a_pdf_is_for_the_users_families_or_for_a_trusted_caller(
    portal: Portal, asked: list[dict[str, Any]], user: dict[str, str], families: object
) -> None:
    a_link()
    portal.get(ADDRESSES[0], **user)
    assert asked[0]['family_ids'] == families


@pytest.mark.parametrize(
    ('number', 'name'),
    [
        ('a%0D%0ASet-Cookie:%20x=1', 'facture-a_Set-Cookie_x_1.pdf'),
        ('%22;x=%22', 'facture-_x_.pdf'),
        ('été', 'facture-_t_.pdf'),
        ('9' * 300, f'facture-{"9" * 100}.pdf'),
        ('..%5C..', 'facture-.._...pdf'),
    ],
)
def test_p16_a_file_name_cannot_inject_a_header(
    portal: Portal, asked: list[Any], number: str, name: str
) -> None:
    answer = portal.get(f'regie/102/invoice/1312-{number}/pdf/')
    assert answer['Content-Disposition'] == f'inline; filename="{name}"'
    assert not answer.cookies


@pytest.mark.parametrize('failure', [NeverLeft(), OutcomeUnknown(), Refused(), MisconfiguredConnector()])
def test_an_error_is_no_200_that_a_portal_would_hand_on_as_a_pdf(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(**_: object) -> bytes:
        raise failure

    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.pdf.read_invoice_pdf', fail)
    answer = portal.get(ADDRESSES[0])
    assert (answer.status_code, answer['Content-Type']) == (503, 'application/json')
    assert answer.json()['err_desc'] == str(failure)


def test_an_invoice_without_pdf_is_not_found(portal: Portal) -> None:
    an_invoice('30', has_pdf=False)
    assert portal.get(ADDRESSES[0]).status_code == 404


def test_a_pdf_of_a_maelis_that_is_down_is_unavailable(portal: Portal) -> None:
    an_invoice('30')
    assert portal.get(ADDRESSES[0]).status_code == 503
