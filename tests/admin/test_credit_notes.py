"""Credit notes in the admin: what is to be refunded, and who wrote down that it was."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import Client
from pypdf import PdfReader

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.errors import MisconfiguredConnector
from passerelle_maelis_invoices.models import CreditNote, Invoice
from passerelle_maelis_invoices.use_cases.issue_credit_note import issue_credit_note
from tests.admin.pages import HOME, said, text
from tests.builders import a_payment, a_regie, an_invoice

LIST = f'{HOME}/creditnote/'


@pytest.fixture
def note(db: None) -> CreditNote:
    payment = a_payment(of=an_invoice(regie=a_regie('007')), attention=Attention.NOTHING_DUE)
    Invoice.objects.update(paid='42.00')
    return issue_credit_note(payment, actor='Mme Durand', reason='payé deux fois')


def do(client: Client, note: CreditNote, action: str, **fields: str) -> Any:
    page = f'{LIST}{note.pk}/do/{action}/'
    shown = client.get(page, {'next': LIST})
    if not shown.context or 'version' not in shown.context:
        return shown
    return client.post(page, {'version': shown.context['version'], 'next': LIST, **fields}, follow=True)


def test_what_is_to_be_refunded_can_be_listed(browser: Client, note: CreditNote) -> None:
    assert note.number in text(browser, LIST, refund='to-do')
    assert note.number not in text(browser, LIST, refund='done')


def test_its_page_tells_all_of_it(viewer: Client, note: CreditNote) -> None:
    shown = text(viewer, f'{LIST}{note.pk}/change/')
    for told in (note.number, '42,00', 'payé deux fois', 'Mme Durand', 'à faire', 'T1 (1312-30)'):
        assert told in shown
    assert 'Remboursement fait' not in shown


def test_its_document_is_downloaded_by_whoever_may_look(
    viewer: Client, clerk: Client, note: CreditNote
) -> None:
    address = f'{LIST}{note.pk}/pdf/'
    assert address in viewer.get(f'{LIST}{note.pk}/change/').content.decode()
    answer = viewer.get(address)
    assert answer['Content-Disposition'] == f'attachment; filename="{note.number}.pdf"'
    [sheet] = PdfReader(BytesIO(answer.content)).pages
    assert note.number in sheet.extract_text()
    assert clerk.get(address).status_code == 403
    assert viewer.get(f'{LIST}{note.pk + 1}/pdf/').status_code == 404


def test_where_documents_cannot_be_made_the_page_says_so(
    browser: Client, note: CreditNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Mock(side_effect=MisconfiguredConnector('Il manque des bibliothèques.'))
    monkeypatch.setattr('passerelle_maelis_invoices.admin.credit_note_pdf.make_credit_note_pdf', missing)
    answer = browser.get(f'{LIST}{note.pk}/pdf/', follow=True)
    assert 'Il manque des bibliothèques.' in said(answer)
    assert note.number in answer.content.decode()


def test_a_refund_is_written_down(browser: Client, note: CreditNote) -> None:
    assert 'Remboursement fait' in text(browser, f'{LIST}{note.pk}/change/')
    answer = do(browser, note, 'refunded', done_on='2026-03-14', reference='VIR-12')
    assert 'noté comme fait' in said(answer)
    assert 'fait le 14/03/2026, référence VIR-12 par admin' in text(browser, f'{LIST}{note.pk}/change/')
    assert 'Remboursement revenu' in text(browser, f'{LIST}{note.pk}/change/')
    do(browser, note, 'returned', reason='compte fermé')
    assert note.last_step.progress == 'to-do'


def test_what_cannot_be_is_told_in_the_form(browser: Client, note: CreditNote) -> None:
    answer = do(browser, note, 'refunded', done_on='2999-01-01', reference='VIR-12')
    assert 'dans le futur' in answer.content.decode()
    assert note.last_step.progress == 'to-do'


def test_a_viewer_cannot_write_it_down(viewer: Client, note: CreditNote) -> None:
    assert do(viewer, note, 'refunded').status_code == 403
