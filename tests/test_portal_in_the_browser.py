"""The whole demo, started by its launcher, in a real browser: what a newcomer sees."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import requests

from demo.portal.settings import DEFAULTS

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
START = 120  # seconds that the demo may take to come up
CONFIRMED = 150_000  # milliseconds that a payment may take to be confirmed
FOR_EVER = 3600
UNLINKED = DEFAULTS['CITIZENS'][-1]['name']
FAMILY = '1001'
READ_INVOICES = """<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<m:readInvoices xmlns:m="invoice.ws.maelis.sigec.com">
<numDossier>{family}</numDossier><codeRegie>{regie}</codeRegie></m:readInvoices></e:Body></e:Envelope>"""


@dataclass
class Demo:
    url: str
    control: str

    def set(self, **settings: Any) -> None:
        requests.post(self.control, json=settings, timeout=10).raise_for_status()

    def reset(self) -> None:
        self.set(down=False, lag=0, faults=[])

    def payments_of(self, invoice: Chosen) -> list[dict[str, Any]]:
        journal = requests.get(f'{self.control}/journal', timeout=10).json()
        return [row for row in journal if row['regie'] == invoice.regie and row['number'] == invoice.number]

    def paid_according_to_maelis(self, invoice: Chosen) -> str:
        """`amountPaid`, read over SOAP as the connector does."""
        address = requests.get(self.control, timeout=10).json()['service_url']
        body = READ_INVOICES.format(family=FAMILY, regie=invoice.regie)
        answer = requests.post(
            address, body, headers={'Content-Type': 'text/xml', 'SOAPAction': '""'}, timeout=10
        )
        for bean in ElementTree.fromstring(answer.content).iter():
            if bean.findtext('numInvoice') == invoice.number:
                return bean.findtext('amountPaid') or '0.00'
        raise AssertionError(f'Maelis does not know {invoice}: {answer.text[:500]}')


@dataclass(frozen=True)
class Chosen:
    """An invoice that a test pays; no two tests choose the same régie."""

    path: str

    @property
    def regie(self) -> str:
        return self.path.split('/')[2]

    @property
    def number(self) -> str:
        return self.path.strip('/').rpartition('-')[2]


@pytest.fixture(scope='module')
def running_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp('demo')
    environment = os.environ | {'PORT': '0', 'DEMO_DATA': str(folder / 'data')}
    with (folder / 'output').open('wb') as output:
        launcher = subprocess.Popen(
            [sys.executable, '-m', 'demo.launcher', '--no-browser'],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _demo_once_up(launcher, folder / 'output')
    finally:
        launcher.send_signal(signal.SIGINT)
        launcher.wait(60)


@pytest.fixture
def demo(running_demo: Demo) -> Demo:
    running_demo.reset()
    return running_demo


def _demo_once_up(launcher: subprocess.Popen[bytes], output: Path) -> Demo:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and launcher.poll() is None:
        text = output.read_text()
        control = re.search(r'http://\S+/control', text)
        if control and 'Ctrl-C' in text:
            portal = re.search(r'http://127\.0\.0\.1:\d+', text)
            assert portal
            return Demo(portal[0], control[0])
        time.sleep(0.1)
    raise AssertionError(f'the demo did not come up:\n{output.read_text()}')


def cell(page: Page, name: str) -> Locator:
    return page.get_by_role('region', name=name)


def switch(page: Page, label: str) -> None:
    """Presses a switch of the backstage panel, and waits until the panel says so."""
    button = page.get_by_role('button', name=re.compile(f'^{label}'))
    button.click()
    page.locator('#coulisses button[aria-pressed="true"]', has_text=re.compile(f'^\\s*{label}')).wait_for()


def open_a_payable_invoice(page: Page, demo: Demo, regie: str) -> Chosen:
    """One that has a PDF, from the first cell."""
    page.goto(f'{demo.url}/?regie={regie}')
    links = cell(page, 'Factures actives').locator('a', has_text='Payable en ligne')
    for path in [str(link.get_attribute('href')) for link in links.all()]:
        page.goto(f'{demo.url}{path}')
        if page.get_by_role('link', name='Télécharger le PDF').count():
            return Chosen(path)
    raise AssertionError(f'no payable invoice with a PDF in {regie}')


def pay(page: Page) -> None:
    page.get_by_role('link', name=re.compile('^Payer')).click()
    page.get_by_text('Banque fictive').first.wait_for()
    page.get_by_role('button', name='Confirmer le paiement').click()
    page.get_by_role('heading', name=re.compile('^Merci')).wait_for()


def see_it_confirmed(page: Page) -> None:
    """The page watches by itself; nothing is reloaded here."""
    page.locator('.steps li.done').nth(4).wait_for(timeout=CONFIRMED)


def test_a_payment_holds_while_maelis_lags_and_fails_and_is_confirmed_after(page: Page, demo: Demo) -> None:
    demo.set(lag=FOR_EVER)
    invoice = open_a_payable_invoice(page, demo, '007')
    with page.expect_download() as download:
        page.get_by_role('link', name='Télécharger le PDF').click()
    assert download.value.path().read_bytes().startswith(b'%PDF-')
    before = demo.paid_according_to_maelis(invoice)

    pay(page)
    follow_up = page.url
    page.get_by_role('link', name='Voir mes factures').click()
    paid = cell(page, 'Historique des factures').locator(f'a[href="{invoice.path}"]')
    assert 'Paiement en cours de prise en compte' in paid.inner_text()
    assert not cell(page, 'Factures actives').locator(f'a[href="{invoice.path}"]').count()
    page.goto(follow_up)
    page.get_by_text('caché encore').wait_for()
    assert demo.paid_according_to_maelis(invoice) == before

    switch(page, 'En panne')
    page.goto(demo.url)
    assert 'copie locale, il y a' in cell(page, 'Factures actives').inner_text()
    assert cell(page, 'Factures actives').get_by_text('Payable en ligne').count()
    assert cell(page, 'Historique des factures').locator(f'a[href="{invoice.path}"]').count() == 1

    switch(page, 'Répond')
    switch(page, 'aussitôt')
    page.goto(follow_up)
    see_it_confirmed(page)
    assert len(demo.payments_of(invoice)) == 1
    page.goto(f'{demo.url}{invoice.path}')
    assert page.get_by_text('Payée', exact=True).count() == 1
    assert not page.get_by_text('Paiement en cours de prise en compte').count()


def test_a_payment_whose_answer_was_lost_is_applied_once(page: Page, demo: Demo) -> None:
    invoice = open_a_payable_invoice(page, demo, '102')
    switch(page, 'Perd ses réponses')
    pay(page)
    page.get_by_role('button', name='Notifier une nouvelle fois').click()
    page.locator('.attempt-list li').nth(1).wait_for()
    see_it_confirmed(page)
    assert len(demo.payments_of(invoice)) == 1


def test_a_payment_made_during_an_outage_arrives_afterwards(page: Page, demo: Demo) -> None:
    invoice = open_a_payable_invoice(page, demo, 'CRR')
    switch(page, 'En panne')
    pay(page)
    page.get_by_text('Maelis est arrêté').wait_for()
    assert not demo.payments_of(invoice)
    switch(page, 'Répond')
    see_it_confirmed(page)
    assert len(demo.payments_of(invoice)) == 1


def test_somebody_without_a_family_sees_nothing(page: Page, demo: Demo) -> None:
    page.goto(demo.url)
    page.get_by_role('button', name=re.compile(UNLINKED)).click()
    page.get_by_role('heading', name=f'Aucune facture pour {UNLINKED}').wait_for()
    assert not page.locator('a.row').count()


@pytest.mark.parametrize('path', ['/', '/echanges/'])
def test_a_telephone_shows_the_pages_without_scrolling_sideways(page: Page, demo: Demo, path: str) -> None:
    page.set_viewport_size({'width': 360, 'height': 740})
    page.goto(f'{demo.url}{path}')
    assert page.evaluate('document.documentElement.scrollWidth') <= 360


def test_the_pages_work_without_a_script(page: Page, demo: Demo) -> None:
    context = page.context.browser.new_context(java_script_enabled=False) if page.context.browser else None
    assert context
    bare = context.new_page()
    open_a_payable_invoice(bare, demo, 'SPO')
    pay(bare)
    bare.get_by_role('button', name=re.compile('^En panne')).click()
    bare.get_by_text('Maelis est en panne').wait_for()
