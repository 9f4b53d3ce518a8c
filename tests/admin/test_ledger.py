"""The ledger in the admin: read only, with its totals, its proof and its closing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from passerelle_maelis_invoices.models import LedgerEntry, MonthClosing, Payment, Regie
from passerelle_maelis_invoices.use_cases.write_ledger import write_ledger
from tests.admin.pages import HOME, said, text
from tests.builders import a_payment, a_regie, an_invoice

MONTH, CLOSE = f'{HOME}/ledgerentry/month/', f'{HOME}/ledgerentry/close/'


@pytest.fixture
def regie(db: None) -> Regie:
    """In March three payments on two days."""
    regie = a_regie('007')
    for n, day in enumerate([14, 14, 15]):
        moment = datetime(2026, 3, day, 12, tzinfo=UTC)
        a_payment(f'T{n}', of=an_invoice(str(n), regie=regie), amount='1234.50', received_at=moment)
    return regie


def asked(regie: Regie, month: str = '2026-03') -> dict[str, str]:
    return {'regie': str(regie.pk), 'month': month}


def test_entries_are_shown_and_cannot_be_changed(browser: Client, regie: Regie) -> None:
    write_ledger()
    assert '2026/3' in text(browser, f'{HOME}/ledgerentry/')
    entry = LedgerEntry.objects.get(n=3)
    page = f'{HOME}/ledgerentry/{entry.pk}/change/'
    assert entry.hash in text(browser, page)
    assert browser.post(page, {'amount': '1'}).status_code == 403


def test_a_month_has_its_totals_by_day(browser: Client, regie: Regie) -> None:
    shown = text(browser, MONTH, **asked(regie))
    assert '14/03/2026 en ligne 2 2 469,00 €' in shown.replace('\N{NARROW NO-BREAK SPACE}', ' ')
    assert 'Total du mois 3 3 703,50 €' in shown.replace('\N{NARROW NO-BREAK SPACE}', ' ')


def test_the_book_is_proved_on_demand(browser: Client, regie: Regie) -> None:
    assert 'entier et conforme' in text(browser, MONTH, **asked(regie), verify='1')
    Payment.objects.filter(transaction_id='T1').update(amount='1.00')
    assert 'ne tient pas : écriture n° 2' in text(browser, MONTH, **asked(regie), verify='1')


@time_machine.travel('2026-04-02T10:00:00Z')
def test_a_month_is_closed_once_and_by_those_who_may(browser: Client, viewer: Client, regie: Regie) -> None:
    assert 'Clore le mois' not in viewer.get(MONTH, asked(regie)).content.decode()
    assert viewer.post(CLOSE, asked(regie)).status_code == 403
    assert 'est clos : 3' in said(browser.post(CLOSE, asked(regie), follow=True))
    closing = MonthClosing.objects.get()
    assert (closing.actor, closing.last_n) == ('admin', 3)
    assert f'Clos le 02/04/2026 à 12:00 par admin, à l’écriture n° 3, empreinte {closing.last_hash}' in text(
        browser, MONTH, **asked(regie)
    )
    assert 'déjà clos' in said(browser.post(CLOSE, asked(regie), follow=True))
    assert '03/2026' in text(browser, f'{HOME}/monthclosing/')


def test_whoever_may_not_see_the_ledger_sees_no_totals(clerk: Client, regie: Regie) -> None:
    assert clerk.get(MONTH, asked(regie)).status_code == 403
