"""A régie's month, in a real browser: somebody pays twice, gets it back, and the books agree to the cent.

The money came in March and the month is closed in April: the site's clock is set for each.
"""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
import requests
from pypdf import PdfReader

from demo.portal.signer import sign_url
from demo.simulator.process import Simulator
from tests.admin.conftest import staff
from tests.builders import FAMILY, KEY, NAME_ID, a_connector, a_link, a_regie, an_api_client
from tests.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize('site', ['sqlite'], indirect=True)]
MARCH, APRIL = datetime(2098, 3, 14, 11, tzinfo=UTC), datetime(2098, 4, 2, 8, tzinfo=UTC)
MONTH, FIRST_DAY, LAST_DAY = '2098-03', '2098-03-01', '2098-03-31'
REGIE, CREDIT_NOTE = 'Restauration scolaire (007)', 'AV-007-2098-00001'
TWICE, ONCE = Decimal('1042.13'), Decimal('17.89')
PATIENCE = 60_000  # milliseconds for each step of the browser
CONNECTOR = '/passerelle-maelis-invoices/ville/'
RIGHTS = (
    *('view_regie', 'view_payment', 'change_payment', 'view_creditnote', 'view_ledgerentry'),
    *('view_monthclosing', 'add_monthclosing', 'view_export', 'add_export'),
)


@dataclass
class Town:
    """The connector and, beside it, the portal that pays through it; a régisseur has an account."""

    site: Site
    maelis: Simulator
    ahead: float = field(init=False, default=0)

    def furnish(self) -> None:
        connector = a_connector('ville', wsdl_url=self.maelis.wsdl_url, deadline=5.0, payment_lag=60)
        a_regie('007', connector=connector, label='Restauration scolaire')
        an_api_client('portal', connectors=[connector])
        a_link(NAME_ID, connector=connector)
        for number, amount in (('8801', TWICE), ('8802', ONCE)):
            facts = {'amount': str(amount), 'label': f'Cantine {number}', 'deadline': '2099-12-31'}
            self.maelis.put_invoice(family=FAMILY, regie='007', number=number, **facts)
        regisseur = staff('regisseur', *RIGHTS)
        regisseur.set_password('secret')
        regisseur.save()

    def open(self, moment: datetime) -> None:
        """Both servers, and whatever command follows, at that moment."""
        self.site.stop()
        self.ahead = moment.timestamp() - time.time()
        own = {'DJANGO_SETTINGS_MODULE': 'tests.clock_settings', 'CLOCK_AHEAD': str(self.ahead)}
        self.site.environment.update(own)
        self.admin = self.site.serve().url
        self.site.environment['PORTAL_CONNECTOR_URL'] = f'{self.admin}{CONNECTOR}'
        self.portal = self.site.serve().url

    def work(self) -> None:
        self.site.manage('maelis_worker', '--once')

    def notify(self, number: str, amount: Decimal) -> None:
        """Of one more transaction, signed, as Lingo does for a page of the bank that was still open."""
        address = f'{self.admin}{CONNECTOR}regie/007/invoice/{FAMILY}-{number}/pay/?orig=portal.example.org'
        now = datetime.fromtimestamp(time.time() + self.ahead, UTC)
        body = {
            'transaction_id': str(uuid.uuid4()),
            'transaction_date': f'{now:%Y-%m-%dT%H:%M:%S}',
            'amount': str(amount),
        }
        answer = requests.post(sign_url(address, KEY, at=now), json=body, timeout=30)
        assert answer.json()['err'] == 0, answer.text

    def told(self) -> Decimal:
        """What Maelis was given."""
        return sum((Decimal(entry['amount']) for entry in self.maelis.journal()), Decimal(0))


@pytest.fixture
def town(site: Site, simulator: Simulator, tmp_path: Path) -> Town:
    portal = {'PORTAL_KEY': KEY, 'PORTAL_ORIG': 'portal.example.org'}
    files = {
        'PORTAL_WIRE_JOURNAL': str(tmp_path / 'wire.jsonl'),
        'MAELIS_INVOICES_EXPORT_DIR': str(tmp_path / 'exports'),
    }
    site.environment.update({**portal, **files})
    town = Town(site, simulator)
    town.furnish()
    return town


def test_a_payment_made_twice_is_given_back_and_the_month_agrees_to_the_cent(town: Town, page: Page) -> None:
    page.set_default_timeout(PATIENCE)
    town.open(MARCH)
    pay_in_the_portal(page, town, '8801')
    town.notify('8801', TWICE)
    town.notify('8802', ONCE)
    town.work()
    see_it_paid_in_the_portal(page, town, '8801')

    log_in(page, town)
    make_a_credit_note(page)
    read_the_credit_note(page)
    record_the_refund(page)

    town.open(APRIL)
    log_in(page, town)
    payments, credit_notes, total = close_the_month(page)
    exported = export_the_ledger(page, town)

    assert (payments, credit_notes) == (2 * TWICE + ONCE, -TWICE)
    assert sum(exported) == total == payments + credit_notes == town.told()
    assert sorted(exported) == [-TWICE, ONCE, TWICE, TWICE]
    town.site.manage('maelis_verify_ledger')


def pay_in_the_portal(page: Page, town: Town, number: str) -> None:
    page.goto(f'{town.portal}/facture/007/{FAMILY}-{number}/')
    page.get_by_role('link', name=re.compile('^Payer')).click()
    page.get_by_role('button', name='Confirmer le paiement').click()
    page.get_by_role('heading', name=re.compile('^Merci')).wait_for()


def see_it_paid_in_the_portal(page: Page, town: Town, number: str) -> None:
    """Not paid twice."""
    page.goto(f'{town.portal}/facture/007/{FAMILY}-{number}/')
    page.get_by_text('Payée', exact=True).wait_for()


def log_in(page: Page, town: Town) -> None:
    page.goto(f'{town.admin}/admin/')
    page.get_by_label('Nom d’utilisateur').fill('regisseur')
    page.get_by_label('Mot de passe').fill('secret')
    page.get_by_role('button', name='Connexion').click()
    page.get_by_text('Factures Maelis').first.wait_for()


def make_a_credit_note(page: Page) -> None:
    page.get_by_role('link', name='Anomalies à traiter (1)').first.click()
    card = page.locator('article', has_text='deuxième transaction')
    card.get_by_role('link', name='Émettre un avoir').click()
    page.get_by_label('Motif').fill('payé deux fois')
    page.get_by_role('button', name='Émettre un avoir').click()
    page.get_by_text('l’avoir est émis').wait_for()
    page.get_by_text('Rien à traiter').wait_for()


def read_the_credit_note(page: Page) -> None:
    page.goto(re.sub('/admin/.*', '/admin/', page.url))
    page.get_by_role('link', name='Avoirs').first.click()
    page.get_by_role('link', name=CREDIT_NOTE).click()
    [sheet] = PdfReader(downloaded(page, 'Télécharger l’avoir (PDF)')).pages
    words = ' '.join(sheet.extract_text().split())
    assert f'Avoir n° {CREDIT_NOTE}' in words
    assert '1 042,13 €' in words


def record_the_refund(page: Page) -> None:
    page.get_by_role('link', name='Remboursement fait').click()
    page.get_by_label('Fait le').fill('2098-03-14')
    page.get_by_label('Référence').fill('VIR-12')
    page.get_by_role('button', name='Remboursement fait').click()
    page.get_by_text('fait le 14/03/2098, référence VIR-12').wait_for()


def close_the_month(page: Page) -> tuple[Decimal, Decimal, Decimal]:
    """The month's payments, credit notes and total, as the page of the ledger states them."""
    page.get_by_role('link', name='Livre de recettes').first.click()
    page.get_by_role('link', name='Totaux et clôture du mois').click()
    page.get_by_label('Régie').select_option(REGIE)
    page.get_by_label('Mois').fill(MONTH)
    page.get_by_role('button', name='Voir et vérifier le livre').click()
    page.get_by_text('entier et conforme').wait_for()
    page.get_by_role('button', name='Clore le mois').click()
    page.get_by_text('Clos le 02/04/2098').wait_for()
    _, payments, credit_notes, _, total = page.locator('tfoot td').all_inner_texts()
    return amount(payments), amount(credit_notes), amount(total)


def export_the_ledger(page: Page, town: Town) -> list[Decimal]:
    """The amounts in the spreadsheet's rows."""
    page.goto(f'{town.admin}/admin/')
    page.get_by_role('link', name='Exports').first.click()
    page.get_by_role('link', name=re.compile('^Ajouter')).last.click()
    page.get_by_label('Régie').select_option(REGIE)
    page.get_by_label('Contenu').select_option('ledger')
    page.get_by_label('Format').select_option('xlsx')
    page.get_by_label('Du').fill(FIRST_DAY)
    page.get_by_label('Au').fill(LAST_DAY)
    page.get_by_role('button', name='Enregistrer', exact=True).click()
    page.get_by_text('L’export est demandé').wait_for()
    town.work()
    sheet = openpyxl.load_workbook(downloaded(page, 'Télécharger')).worksheets[0]
    titles, *rows = sheet.iter_rows(values_only=True)
    return [Decimal(str(row[titles.index('Montant')])) for row in rows]


def downloaded(page: Page, link: str) -> BytesIO:
    with page.expect_download() as download:
        page.get_by_role('link', name=link, exact=True).click()
    return BytesIO(download.value.path().read_bytes())


def amount(text: str) -> Decimal:
    """Of '1 042,13 €'."""
    return Decimal(re.sub(r'[^-\d,]', '', text).replace(',', '.'))
