"""Alerts and outages in the admin: what goes on comes first, and nothing can be changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.migrations.state import ModelState
from django.test import Client
from django.utils import timezone

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.models import Alert, Outage, Reachability, Telling
from passerelle_maelis_invoices.models.alert import KINDS
from tests.admin.pages import HOME, text
from tests.builders import a_connector, a_payment

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat('2026-03-02T10:00:00+01:00')


def an_alert(message: str = 'Maelis ne répond plus', kind: str = 'maelis-down', **columns: Any) -> Alert:
    """Opened on the 2nd of March, and open still unless told otherwise."""
    defaults = {'connector': a_connector(), 'opened_at': NOW, 'subject': message[:50]}
    return Alert.objects.create(message=message, kind=kind, **{**defaults, **columns})


def test_open_alerts_come_first_however_old(browser: Client) -> None:
    an_alert('nouvelle', opened_at=NOW + timedelta(days=9), closed_at=NOW + timedelta(days=9, hours=1))
    an_alert('ancienne')

    shown = text(browser, f'{HOME}/alert/')

    assert shown.index('ancienne') < shown.index('nouvelle')
    assert '1 h' in shown


def test_the_menu_counts_the_open_ones(browser: Client) -> None:
    assert 'Alertes (' not in text(browser, '/admin/')
    an_alert()
    an_alert('finie', closed_at=NOW)
    assert 'Alertes (1 en cours)' in text(browser, '/admin/')


def test_counting_in_the_menu_is_no_migration() -> None:
    an_alert()
    assert str(Alert._meta.verbose_name_plural) == 'alertes (1 en cours)'
    assert ModelState.from_model(Alert).options['verbose_name_plural'] == 'alertes'


@pytest.mark.parametrize(('chosen', 'count'), [('open', 1), ('closed', 2), ('', 3)])
def test_they_are_filtered_by_what_goes_on(browser: Client, chosen: str, count: int) -> None:
    an_alert()
    an_alert('a', closed_at=NOW)
    an_alert('b', closed_at=NOW)

    answer = browser.get(f'{HOME}/alert/', {'situation': chosen} if chosen else {})

    assert answer.context['cl'].result_count == count


@pytest.mark.parametrize('kind', [kind for kind, _ in KINDS])
def test_the_page_of_each_kind_says_what_to_do(browser: Client, kind: str) -> None:
    alert = an_alert('Première ligne\n- <b>deuxième</b>', kind)

    shown = text(browser, f'{HOME}/alert/{alert.pk}/change/')

    assert '- <b>deuxième</b>' in shown
    assert len(shown.split('Que faire')[1]) > 100


def test_its_page_shows_the_payments_and_who_was_told(browser: Client) -> None:
    alert = an_alert(kind=Attention.REFUSED)
    alert.payments.add(a_payment('T-77'))
    Telling.objects.create(alert=alert, news=Telling.OPENED, by=Telling.EMAIL, told_at=NOW)
    Telling.objects.create(alert=alert, news=Telling.OPENED, by=Telling.WEBHOOK, last_error='refusé')

    shown = text(browser, f'{HOME}/alert/{alert.pk}/change/')

    assert 'T-77' in shown
    assert 'début, par courriel : envoyé le 02/03/2026 à 10:00' in shown
    assert 'début, par webhook : pas encore envoyé. refusé' in shown


def test_an_outage_says_whether_payments_must_be_asked_for_again(browser: Client) -> None:
    lengths = [(Outage.MAELIS, 500), (Outage.CONNECTOR, 5), (Outage.CONNECTOR, 50)]
    for day, (who, minutes) in enumerate(lengths):
        began = NOW + timedelta(days=day)
        Outage.objects.create(who=who, began_at=began, ended_at=began + timedelta(minutes=minutes))

    rows = browser.get(f'{HOME}/outage/').content.decode().split('field-replay')[1:]

    assert ['oui' in row[:100] for row in rows] == [True, False, False]


def test_an_outage_that_goes_on_is_told_above_the_list(browser: Client) -> None:
    connector = a_connector(title='Factures de Toulouse')
    now = timezone.now()
    Reachability.objects.create(connector=connector, failing_since=now, open_until=now)

    assert 'Factures de Toulouse : Maelis ne répond plus depuis le' in text(browser, f'{HOME}/outage/')


@pytest.mark.parametrize('model', ['alert', 'outage'])
def test_nothing_can_be_changed(browser: Client, model: str) -> None:
    row = an_alert() if model == 'alert' else Outage.objects.create(who='maelis', began_at=NOW, ended_at=NOW)

    assert browser.get(f'{HOME}/{model}/{row.pk}/change/').status_code == 200
    assert browser.post(f'{HOME}/{model}/{row.pk}/change/', {}).status_code == 403
    assert browser.post(f'{HOME}/{model}/{row.pk}/delete/', {'post': 'yes'}).status_code == 403
    assert browser.get(f'{HOME}/{model}/add/').status_code == 403
