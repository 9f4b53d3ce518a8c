"""The receipt of what was paid through us, for the same users as the invoice's PDF."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from passerelle_maelis_invoices.domain.payment_states import State
from tests.builders import NAME_ID, a_link, a_payment, a_regie, an_invoice
from tests.endpoints.conftest import Portal

ADDRESS = 'regie/102/invoice/1312-30/receipt/'


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    assert answer['Content-Type'] == 'application/pdf'
    text = ' '.join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    return text.replace('\N{NO-BREAK SPACE}', ' ')


def test_a_receipt_says_what_was_received(portal: Portal) -> None:
    bean = {'payer': {'civility': 'Mme', 'firstname': 'Zoë', 'lastname': 'Lefèvre'}}
    invoice = an_invoice('30', total='42.00', bean=bean)
    a_payment('T1', of=invoice, amount='40.00')
    a_payment('T2', of=invoice, amount='1.50')
    answer = portal.get(ADDRESS)
    text = said(answer)
    for words in ('Mme Zoë Lefèvre', 'Transaction T1', '40,00 €', 'Transaction T2', '41,50 €', '0,50 €'):
        assert words in text
    assert answer['Content-Disposition'] == 'inline; filename="quittance-30.pdf"'


def test_maelis_is_not_needed(portal: Portal) -> None:
    """Nothing listens at the address of `a_connector`."""
    a_payment(of=an_invoice('30', has_pdf=False))
    assert 'Quittance' in said(portal.get(ADDRESS))


@pytest.mark.parametrize('state', [State.REVERSED, State.CREDITED])
def test_what_was_given_back_has_no_receipt(portal: Portal, state: State) -> None:
    a_payment(of=an_invoice('30'), state=state)
    assert portal.get(ADDRESS).status_code == 404


def test_what_was_paid_elsewhere_has_no_receipt_of_ours(portal: Portal) -> None:
    an_invoice('30', paid='42.00')
    assert portal.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    ('user', 'status'),
    [
        ({'NameID': NAME_ID}, 200),
        ({'NameID': 'somebody-else'}, 404),
        ({'payer_external_id': '1312'}, 200),
        ({'payer_external_id': '7'}, 404),
        ({'NameID': '', 'email': ''}, 200),
        ({'email': 'a@b.org'}, 404),
    ],
)
def test_p4_a_receipt_is_for_the_users_families_or_for_a_trusted_caller(
    portal: Portal, user: dict[str, str], status: int
) -> None:
    a_link()
    a_payment(of=an_invoice('30'))
    assert portal.get(ADDRESS, **user).status_code == status


def test_p4_somebody_elses_receipt_answers_like_an_unknown_one(portal: Portal) -> None:
    a_link()
    a_payment(of=an_invoice('30', family='7'))
    foreign = portal.get('regie/102/invoice/7-30/receipt/', NameID=NAME_ID)
    unknown = portal.get('regie/102/invoice/7-99/receipt/', NameID=NAME_ID)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json() == unknown.json()


def test_p4_a_payment_of_another_regie_is_no_payment_of_this_invoice(portal: Portal) -> None:
    an_invoice('30')
    a_payment(of=an_invoice('30', regie=a_regie('SEN')))
    assert portal.get(ADDRESS).status_code == 404


@pytest.mark.parametrize('invoice_id', ['1312', 'x-1', '1312-%00', '1312-' + '9' * 300])
def test_an_odd_id_is_not_found(portal: Portal, invoice_id: str) -> None:
    assert portal.get(f'regie/102/invoice/{invoice_id}/receipt/').status_code == 404
