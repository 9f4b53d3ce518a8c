"""Importing missed payments in the admin: looked at first, then recorded, once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from passerelle_maelis_invoices.admin import import_payments
from passerelle_maelis_invoices.models import Payment
from tests.admin.conftest import logged_in
from tests.admin.pages import HOME, said, text, words
from tests.builders import a_connector, a_payment, a_regie, an_invoice

IMPORT = f'{HOME}/payment/import/'
HEAD = 'regie;invoice_id;transaction_id;amount;transaction_date\n'

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> None:
    an_invoice('30', regie=a_regie('102'))
    an_invoice('31', regie=a_regie('102'))


def look_at(browser: Client, content: str, **fields: Any) -> Any:
    file = SimpleUploadedFile('manques.csv', content.encode())
    return browser.post(IMPORT, {'file': file, **fields})


def go_on(browser: Client, looked_at: Any) -> Any:
    """Presses the button of the page that shows what would be done."""
    form = looked_at.context['held']
    data = {'content': form.initial['content'], 'import': 'oui'}
    if form.initial['connector']:
        data['connector'] = form.initial['connector'].pk
    return browser.post(IMPORT, data, follow=True)


def test_looking_at_a_file_says_what_would_be_done_and_does_nothing(browser: Client) -> None:
    a_payment('T1', of=an_invoice('32'), amount='10.00')
    rows = (
        '102;1312-30;T2;42,00;02/03/2026\n102;1312-32;T1;10,00;\n102;1312-32;T1;11,00;\n999;1312-30;T3;1;\n'
    )

    page = look_at(browser, HEAD + rows)

    shown = words(page)
    assert Payment.objects.count() == 1
    assert 'ligne 2 à enregistrer 102 1312-30 42,00 € T2 02/03/2026' in shown
    assert 'ligne 3 déjà connu' in shown
    assert 'ligne 5 : le connecteur « toulouse » n’a pas de régie' in shown


def test_a_different_amount_is_shown_beside_ours(browser: Client) -> None:
    a_payment('T1', of=an_invoice('32'), amount='10.00')

    page = look_at(browser, HEAD + '102;1312-32;T1;11,00;\n')

    assert 'montant différent 102 1312-32 11,00 € (enregistré pour 10,00 €, conservé)' in words(page)
    assert 'Il n’y a rien à enregistrer' in words(page)


def test_the_second_button_records_what_was_shown_in_the_name_of_who_pressed_it(clerk: Client) -> None:
    page = look_at(clerk, HEAD + '102;1312-30;T2;42,00;\n999;1312-30;T3;1;\n')

    assert said(go_on(clerk, page)) == '1 règlement enregistré, 0 déjà connus.'
    payment = Payment.objects.get()
    assert (payment.transaction_id, str(payment.amount)) == ('T2', '42.00')
    assert payment.events.get().actor == 'camille'


def test_pressing_it_twice_records_once(browser: Client) -> None:
    page = look_at(browser, HEAD + '102;1312-30;T2;42,00;\n102;1312-31;T2;2,00;\n')

    assert said(go_on(browser, page)).startswith('2 règlements enregistrés')
    assert said(go_on(browser, page)) == '0 règlements enregistrés, 2 déjà connus.'
    assert Payment.objects.count() == 2


def test_json_is_read_too_and_a_connector_can_be_chosen(browser: Client) -> None:
    other = a_connector('ailleurs')
    a_regie('007', connector=other)
    rows = [{'regie': '007', 'invoice_id': '8-1', 'transaction_id': 'T9'}]

    page = look_at(browser, json.dumps(rows), connector=str(other.pk))
    go_on(browser, page)

    assert Payment.objects.get().regie.connector == other


@pytest.mark.parametrize('content', ['', 'PK\x03\x04\x00\x00', '{"a": ', '\xff\xfe'])
def test_a_file_that_is_none_is_told_not_crashed_on(browser: Client, content: str) -> None:
    page = look_at(browser, content)

    assert page.status_code == 200
    assert Payment.objects.count() == 0


def test_no_file_at_all_is_told(browser: Client) -> None:
    assert 'Choisissez un fichier.' in words(browser.post(IMPORT, {}))
    assert 'Choisissez de nouveau le fichier.' in words(browser.post(IMPORT, {'content': 'é', 'import': ''}))


def test_a_file_that_is_too_large_is_sent_to_the_command(browser: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(import_payments, 'MAX_SIZE', 10)

    assert 'maelis_import_payments' in words(look_at(browser, HEAD))


def test_what_it_shows_cannot_carry_a_script(browser: Client) -> None:
    page = look_at(browser, HEAD + '102;1312-<script>;T<script>;1,00;\n')

    assert '<script>;' not in page.content.decode()
    assert 'T<script>' not in page.content.decode()


def test_only_who_may_change_payments_sees_the_page_and_its_button(viewer: Client, clerk: Client) -> None:
    assert viewer.get(IMPORT).status_code == 403
    assert look_at(viewer, HEAD).status_code == 403
    assert 'Importer des règlements' not in text(viewer, f'{HOME}/payment/')
    assert 'Importer des règlements' in text(clerk, f'{HOME}/payment/')


def test_another_site_cannot_import() -> None:
    client = logged_in(User.objects.create_superuser('admin'), enforce_csrf_checks=True)

    assert look_at(client, HEAD).status_code == 403
