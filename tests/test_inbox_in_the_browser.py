"""The inbox in a real browser: somebody finds what waits, deals with it, and presses too often."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import connections

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import Event, State
from passerelle_maelis_invoices.models import Payment
from tests.builders import a_payment, an_invoice
from tests.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize('site', ['sqlite'], indirect=True)]
INBOX = '/admin/passerelle_maelis_invoices/anomaly/'


def a_dead_letter() -> Payment:
    """Refused three times, of an invoice with a payment more and a long label, as in the worst of cases."""
    invoice = an_invoice('30', label='Restauration scolaire, accueil périscolaire et centre de loisirs ' * 3)
    a_payment('4f0c2f36-0f5a-4b7f-9a56-7d9d3f6f0d11', of=invoice, state=State.CONFIRMED, amount='2.00')
    refused = {'state': State.REFUSED, 'attention': Attention.REFUSED, 'next_attempt_at': None}
    return a_payment(
        'T-77', of=invoice, amount='40.00', notification='{"bank": "' + 'x' * 300 + '"}', **refused
    )


@pytest.fixture
def home(site: Site, page: Page) -> str:
    """The address of the admin, where somebody has logged in.

    Within Playwright's event loop Django has connections of its own, which know nothing of a new site.
    """
    with suppress(AttributeError):
        del connections['default']
    User.objects.create_superuser('camille', password='secret')
    url = site.serve().url
    page.goto(f'{url}/admin/')
    page.get_by_label('Nom d’utilisateur').fill('camille')
    page.get_by_label('Mot de passe').fill('secret')
    page.get_by_role('button', name='Connexion').click()
    page.get_by_text('Factures Maelis').first.wait_for()
    return url


def test_from_the_menu_to_a_payment_sent_again_once_however_often_one_clicks(home: str, page: Page) -> None:
    payment = a_dead_letter()

    page.goto(f'{home}/admin/')
    page.get_by_role('link', name='Anomalies à traiter (1)').first.click()
    card = page.locator('article', has_text='T-77')
    card.get_by_text('refusé par Maelis').first.wait_for()
    card.get_by_role('link', name='Renvoyer à Maelis').click()
    page.get_by_label('Remarque').fill('compte créé dans Maelis')
    page.get_by_role('button', name='Renvoyer à Maelis').dblclick()
    page.get_by_text('sera renvoyé à Maelis.').wait_for()

    page.get_by_text('Rien à traiter').wait_for()
    payment.refresh_from_db()
    steps = payment.events.filter(event=Event.RESUBMITTED).values_list('actor', 'reason')
    assert list(steps) == [('camille', 'compte créé dans Maelis')]
    assert payment.state == State.RECORDED


def test_going_back_to_what_is_done_does_nothing_and_says_so(home: str, page: Page) -> None:
    payment = a_dead_letter()
    page.goto(f'{home}{INBOX}')
    page.get_by_role('link', name='Annuler le règlement').click()
    page.get_by_label('Motif').fill('remboursé')
    page.get_by_role('button', name='Annuler le règlement').click()
    page.get_by_text(': annulé.').wait_for()

    page.go_back()

    page.get_by_text('Rien n’a été fait').wait_for()
    assert payment.events.count() == 1


@pytest.mark.parametrize('width', [390, 1280])
def test_a_telephone_and_a_desk_show_it_without_scrolling_sideways(home: str, page: Page, width: int) -> None:
    a_dead_letter()
    page.set_viewport_size({'width': width, 'height': 800})
    page.goto(f'{home}{INBOX}')
    page.get_by_text('Notification reçue').first.click()

    assert page.evaluate('document.documentElement.scrollWidth') <= width
