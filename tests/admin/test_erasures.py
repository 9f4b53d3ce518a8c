"""The page that erases a family: what would go first, then a second button; administrators only."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Connector, Erasure, FamilyLink, Invoice, Payment
from tests.admin.conftest import logged_in, staff
from tests.admin.pages import HOME, said, text, words
from tests.builders import a_connector, a_link, a_payment, an_invoice

pytestmark = pytest.mark.django_db
PAGE = f'{HOME}/erasure/add/'


@pytest.fixture
def payment() -> Payment:
    a_link()
    return a_payment(state=State.CONFIRMED)


@pytest.fixture(autouse=True)
def export_dir(tmp_path: Any, settings: Any) -> None:
    settings.MAELIS_INVOICES_EXPORT_DIR = str(tmp_path)


def filled_in(**fields: Any) -> dict[str, Any]:
    connector = Connector.objects.get().pk
    return {'connector': connector, 'family_id': '1312', 'reason': 'demande reçue', **fields}


def run(*options: str) -> str:
    out = StringIO()
    call_command('maelis_purge', *options, stdout=out, stderr=out)
    return out.getvalue()


class TestPage:
    def test_what_would_go_is_shown_and_nothing_goes(self, browser: Client, payment: Payment) -> None:
        shown = words(browser.post(PAGE, filled_in()))

        assert 'copies de factures : 1' in shown
        assert 'Effacer définitivement' in browser.post(PAGE, filled_in()).content.decode()
        assert Invoice.objects.exists() and not Erasure.objects.exists()

    def test_the_second_button_erases(self, browser: Client, payment: Payment) -> None:
        answer = browser.post(PAGE, filled_in(erase='1'), follow=True)

        assert 'le dossier famille est effacé' in said(answer)
        erasure = Erasure.objects.get()
        assert (erasure.actor, erasure.reason) == ('admin', 'demande reçue')
        assert not FamilyLink.objects.exists() and not Invoice.objects.exists()
        assert 'copies de factures : 1' in text(browser, f'{HOME}/erasure/{erasure.pk}/change/')
        page = text(browser, f'{HOME}/payment/{payment.pk}/change/')
        assert 'famille effacée' in page and '1312' not in page

    def test_what_is_unfinished_is_told(self, browser: Client) -> None:
        a_payment(state=State.DELIVERED)

        page = words(browser.post(PAGE, filled_in(erase='1')))

        assert '1 règlement n’est pas terminé (T1)' in page
        assert not Erasure.objects.exists()

    def test_the_reason_names_nobody(self, browser: Client, payment: Payment) -> None:
        page = words(browser.post(PAGE, filled_in(erase='1', reason='le dossier 1312')))

        assert 'n’y nommez ni le dossier' in page
        assert not Erasure.objects.exists()

    def test_it_takes_a_right_of_its_own(self, clerk: Client, viewer: Client, payment: Payment) -> None:
        assert clerk.post(PAGE, filled_in(erase='1')).status_code == 403
        assert viewer.post(PAGE, filled_in(erase='1')).status_code == 403
        assert not Erasure.objects.exists()
        manager = logged_in(staff('dominique', 'add_erasure', 'view_erasure'))
        assert manager.post(PAGE, filled_in(erase='1')).status_code == 302


class TestCommand:
    def test_it_only_counts_unless_told_to_erase(self, payment: Payment) -> None:
        told = run('1312')

        assert 'Dossier 1312 : rattachements : 1' in told and 'Rien n’a été effacé' in told
        assert not Erasure.objects.exists()

    def test_it_erases_what_it_can_and_tells_the_rest(self, payment: Payment) -> None:
        a_payment('T2', of=an_invoice('31', family='1400'))

        with pytest.raises(CommandError, match=r'Dossier 1400 : .*T2'):
            run('1400', '1312', '9', '--yes', '--reason', 'fin de conservation')

        assert not Payment.objects.filter(family_id='1312').exists()
        assert Payment.objects.filter(family_id='1400').exists()
        assert Erasure.objects.get().actor.endswith('(commande)')

    def test_it_takes_a_reason_and_a_connector(self, payment: Payment) -> None:
        with pytest.raises(CommandError, match='--reason'):
            run('1312', '--yes')
        a_connector('lyon')
        with pytest.raises(CommandError, match='--connector'):
            run('1312')
        assert 'Dossier 1312 : 0 ligne' in run('1312', '--connector', 'lyon')
        with pytest.raises(CommandError, match='n’existe pas'):
            run('1312', '--connector', 'nice')
