"""Reconciliations in the admin: asked for on a page, made by the worker, read and printed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.reconciliation import Kind
from passerelle_maelis_invoices.models import BankFileFormat, Discrepancy, Payment, Reconciliation, Regie
from passerelle_maelis_invoices.use_cases.do_paperwork import do_paperwork
from tests.admin.pages import HOME, text, words
from tests.builders import a_connector, a_payment, a_regie, an_invoice

ASK = f'{HOME}/reconciliation/add/'
PERIOD = {'first_day': '2026-01-01', 'last_day': '2026-12-31'}


@pytest.fixture
def regie(db: None, simulator: Simulator) -> Regie:
    return a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url, deadline=5.0))


def page_of(run: Reconciliation) -> str:
    return f'{HOME}/reconciliation/{run.pk}/change/'


def test_it_is_asked_for_made_by_the_worker_and_read(
    browser: Client, regie: Regie, simulator: Simulator
) -> None:
    payment = a_payment(of=an_invoice('1', regie=regie, family='900001'))
    Payment.objects.update(received_at='2026-03-14T12:00:00Z')
    answer = browser.post(ASK, {'regie': regie.pk, **PERIOD}, follow=True)
    assert 'famille par famille : 0 sur 1' in words(answer)
    assert 'http-equiv="refresh"' in answer.content.decode()
    do_paperwork()
    run = Reconciliation.objects.get()
    shown = text(browser, page_of(run))
    for told in ('1 règlement', 'accepté 42,00', 'Facture disparue (1)', '900001-1', payment.transaction_id):
        assert told in shown, shown
    assert Kind.VANISHED.action in shown
    assert 'http-equiv' not in browser.get(page_of(run)).content.decode()
    assert 'terminé 1 1' in text(browser, f'{HOME}/reconciliation/')


def test_a_file_of_the_bank_goes_with_it(browser: Client, regie: Regie) -> None:
    BankFileFormat.objects.create(regie=regie, day_column='')
    file = SimpleUploadedFile('mars.csv', b'transaction_id;amount\nB9;7,00\n')
    browser.post(ASK, {'regie': regie.pk, **PERIOD, 'bank_file': file})
    do_paperwork()
    shown = text(browser, page_of(Reconciliation.objects.get()))
    assert 'Fichier de la banque : mars.csv' in shown
    assert 'Payé à la banque, inconnu ici (1)' in shown


def test_what_cannot_be_is_told_in_the_form(browser: Client, regie: Regie) -> None:
    backwards = {'first_day': '2026-12-31', 'last_day': '2026-01-01'}
    assert 'un an au plus' in words(browser.post(ASK, {'regie': regie.pk, **backwards}))
    file = SimpleUploadedFile('mars.csv', b'a;b\n')
    assert 'colonne' in words(browser.post(ASK, {'regie': regie.pk, **PERIOD, 'bank_file': file}))
    assert not Reconciliation.objects.exists()


def test_families_that_were_not_read_and_failures_are_told(browser: Client, regie: Regie) -> None:
    browser.post(ASK, {'regie': regie.pk, **PERIOD})
    do_paperwork()
    run = Reconciliation.objects.get()
    assert 'Tout concorde' in text(browser, page_of(run))
    Reconciliation.objects.update(unread=['1312'])
    assert '1 famille, laissée de côté : 1312' in text(browser, page_of(run))
    Reconciliation.objects.update(error='ZeroDivisionError')
    assert 'a échoué (ZeroDivisionError)' in text(browser, page_of(run))


def test_a_viewer_reads_but_does_not_ask(
    viewer: Client, clerk: Client, browser: Client, regie: Regie
) -> None:
    assert viewer.get(ASK).status_code == 403
    browser.post(ASK, {'regie': regie.pk, **PERIOD})
    run = Reconciliation.objects.get()
    assert viewer.get(page_of(run)).status_code == 200
    assert clerk.get(page_of(run)).status_code == 403


def test_a_sheet_escapes_what_came_from_outside(browser: Client, regie: Regie) -> None:
    browser.post(ASK, {'regie': regie.pk, **PERIOD})
    do_paperwork()
    run = Reconciliation.objects.get()
    Discrepancy.objects.create(reconciliation=run, n=1, kind=Kind.BANK_ONLY, reference='<b>x', amount='1.00')
    assert '&lt;b&gt;x' in browser.get(page_of(run)).content.decode()


def test_formats_are_kept_for_each_regie(browser: Client, regie: Regie) -> None:
    page = browser.get(f'{HOME}/bankfileformat/add/')
    assert page.status_code == 200
    fields = page.context['adminform'].form.fields
    form = {name: field.initial for name, field in fields.items() if field.initial is not None}
    browser.post(f'{HOME}/bankfileformat/add/', {**form, 'regie': regie.pk, 'reference_column': 'Réf.'})
    assert BankFileFormat.objects.get().reference_column == 'Réf.'
