"""Exports in the admin: asked for, followed, downloaded, given up, by those who may."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind, ExportState
from passerelle_maelis_invoices.models import DocumentSettings, Export
from passerelle_maelis_invoices.use_cases.make_exports import make_exports
from passerelle_maelis_invoices.use_cases.request_export import request_export
from tests.admin.conftest import logged_in, staff
from tests.admin.pages import HOME, said, text
from tests.builders import a_payment, a_regie, an_invoice
from tests.documents.test_pdf_documents import a_png

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def export_dir(tmp_path: Path, settings: Any) -> None:
    settings.MAELIS_INVOICES_EXPORT_DIR = str(tmp_path / 'exports')


def asked(**values: Any) -> dict[str, Any]:
    given = {'regie': a_regie('007').pk, 'kind': 'payments', 'format': 'csv', 'family_id': ''}
    return {**given, 'first_day': '2026-01-01', 'last_day': '', **values}


def an_export() -> Export:
    a_payment(of=an_invoice(regie=a_regie('007')))
    return request_export(
        regie=a_regie('007'), kind=ExportKind.PAYMENTS, format=ExportFormat.CSV, requested_by='rg'
    )


def page(export: Export, tail: str = 'change') -> str:
    return f'{HOME}/export/{export.pk}/{tail}/'


def test_an_export_is_asked_for_and_followed(browser: Client) -> None:
    answer = browser.post(f'{HOME}/export/add/', asked(), follow=True)
    export = Export.objects.get()
    assert answer.redirect_chain == [(page(export), 302)]
    assert (export.requested_by, export.state, str(export.first_day)) == ('admin', 'pending', '2026-01-01')
    assert 'L’export est demandé' in said(answer)
    assert 'http-equiv="refresh"' in answer.content.decode()
    make_exports()
    shown = browser.get(page(export)).content.decode()
    assert 'http-equiv="refresh"' not in shown
    assert page(export, 'download') in shown


def test_what_could_only_fail_is_said_in_the_form(browser: Client) -> None:
    for change, words in (
        ({'format': 'factur-x'}, 'factures et les avoirs'),
        ({'last_day': '2025-01-01'}, 'finit avant'),
        ({'kind': 'reconciliation'}, 'Aucun rapprochement'),
    ):
        answer = browser.post(f'{HOME}/export/add/', asked(**change))
        assert words in answer.content.decode()
    assert not Export.objects.exists()


def test_a_file_is_downloaded(browser: Client) -> None:
    export = an_export()
    assert browser.get(page(export, 'download')).status_code == 404
    make_exports()
    answer = browser.get(page(export, 'download'))
    assert b'T1' in b''.join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer['Content-Disposition'] == f'attachment; filename="payments-007-{export.pk}.csv"'
    assert {'no-store', 'private'} <= set(answer['Cache-Control'].split(', '))


def test_progress_is_shown(browser: Client) -> None:
    export = an_export()
    assert 'pas encore commencé' in text(browser, page(export))
    Export.objects.update(done=300, total=1200)
    assert '<progress value="300" max="1200">' in browser.get(page(export)).content.decode()


def test_an_export_is_given_up_with_one_button(browser: Client) -> None:
    export = an_export()
    assert 'Abandonner' in text(browser, page(export))
    answer = browser.post(page(export, 'cancel'), follow=True)
    assert 'abandonné' in said(answer)
    export.refresh_from_db()
    assert (export.state, export.error) == (ExportState.FAILED, 'Abandonné par admin.')
    assert 'Abandonner' not in text(browser, page(export))
    assert 'plus en attente' in said(browser.post(page(export, 'cancel'), follow=True))


def test_who_may_only_look_downloads_and_does_nothing_else(viewer: Client) -> None:
    export = an_export()
    assert 'Abandonner' not in text(viewer, page(export))
    assert viewer.post(page(export, 'cancel')).status_code == 403
    assert viewer.get(f'{HOME}/export/add/').status_code == 403
    make_exports()
    assert viewer.get(page(export, 'download')).status_code == 200


def test_who_may_not_look_downloads_nothing(db: None) -> None:
    export = an_export()
    make_exports()
    clerk = logged_in(staff('clerk', 'view_payment', 'add_export'))
    assert clerk.get(page(export, 'download')).status_code == 403
    assert Client().get(page(export, 'download')).status_code == 302


def test_nothing_is_done_by_a_get(browser: Client) -> None:
    export = an_export()
    assert browser.get(page(export, 'cancel')).status_code == 405


def settings_form(**values: Any) -> dict[str, Any]:
    names = ('organisation', 'address', 'siret', 'vat_note', 'footer')
    texts = ('invoice_text', 'credit_note_text', 'receipt_text')
    return {'regie': a_regie('007').pk, **dict.fromkeys((*names, *texts), ''), **values}


def test_the_paper_of_a_regie_is_set_and_seen(browser: Client) -> None:
    logo = SimpleUploadedFile('logo.png', a_png(60, 20), 'image/png')
    given = settings_form(
        organisation='Ville de Toulouse', invoice_text='Payez {{ remaining }} <vite>.', new_logo=logo
    )
    assert browser.post(f'{HOME}/documentsettings/add/', given).status_code == 302
    own = DocumentSettings.objects.get()
    assert bytes(own.logo) == a_png(60, 20)
    answer = browser.get(f'{HOME}/documentsettings/{own.pk}/preview/')
    [sheet] = PdfReader(BytesIO(answer.content)).pages
    words = sheet.extract_text().replace('\N{NO-BREAK SPACE}', ' ')
    assert 'Ville de Toulouse' in words
    assert 'Payez 1 034,50 € <vite>.' in words
    assert len(sheet.images) == 1
    browser.post(f'{HOME}/documentsettings/{own.pk}/change/', settings_form(forget_logo='on'))
    own.refresh_from_db()
    assert bytes(own.logo) == b''


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        ({'siret': '123'}, 'quatorze chiffres'),
        ({'invoice_text': '{% if %}'}, 'ne peut pas être lu'),
        ({'receipt_text': '{% load secrets %}'}, 'ne peut pas être lu'),
        ({'receipt_text': '{% include "admin/base.html" %}'}, 'ne peut pas être lu'),
    ],
)
def test_what_would_spoil_documents_is_refused(browser: Client, change: dict[str, str], words: str) -> None:
    assert words in text_of_post(browser, settings_form(**change))
    assert not DocumentSettings.objects.exists()


@pytest.mark.parametrize(
    'content', [b'<svg onload="alert(1)"/>', b'\x89PNG\r\n\x1a\nbroken', a_png(400, 400) + b'x' * 400_000]
)
def test_a_logo_that_is_none_is_refused(browser: Client, content: bytes) -> None:
    logo = SimpleUploadedFile('logo.png', content, 'image/png')
    assert 'PNG ou JPEG' in text_of_post(browser, settings_form(new_logo=logo))
    assert not DocumentSettings.objects.exists()


def text_of_post(browser: Client, given: dict[str, Any]) -> str:
    answer = browser.post(f'{HOME}/documentsettings/add/', given)
    assert answer.status_code == 200
    return str(answer.context['errors'])
