"""Secrets at rest: what the database holds cannot be read, and a lost key spoils nothing but their use."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from passerelle_maelis_invoices.errors import MisconfiguredConnector
from passerelle_maelis_invoices.models import ApiClient, Connector
from tests.builders import a_connector, a_link, a_payment, an_api_client

OLD_KEY = site_settings.SECRET_KEY
pytestmark = pytest.mark.django_db


def stored(column: str, table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {column} FROM passerelle_maelis_invoices_{table}')  # noqa: S608
        return str(cursor.fetchone()[0])


def test_a_secret_is_unreadable_in_the_database_and_readable_on_its_row() -> None:
    a_connector(password=' p@ss é ')
    an_api_client(keys=['k1', 'k2'])

    assert 'p@ss' not in stored('password', 'connector')
    assert 'k1' not in stored('keys', 'apiclient')
    assert Connector.objects.get().password == ' p@ss é '
    assert ApiClient.objects.get().keys == ['k1', 'k2']


def test_an_empty_secret_stays_empty() -> None:
    a_connector(password='')
    an_api_client(keys=[])

    assert Connector.objects.get().password == ''
    assert ApiClient.objects.get().keys == []
    assert stored('password', 'connector') == ''


def test_a_row_made_in_memory_has_its_secret_as_it_was_given() -> None:
    assert Connector(password='p@ss').password == 'p@ss'
    assert Connector().password == ''
    assert Connector.objects.defer('password').filter(password='').first() is None
    assert ApiClient().keys == []


def test_a_deferred_secret_is_read_when_it_is_used() -> None:
    a_connector(password='p@ss')

    assert Connector.objects.defer('password').get().password == 'p@ss'


class TestLostKey:
    @pytest.fixture(autouse=True)
    def rows(self, settings: Any) -> None:
        a_connector(password='p@ss')
        an_api_client(keys=['k1'])
        settings.SECRET_KEY = 'une autre clé'

    def test_only_the_use_of_a_secret_says_so(self) -> None:
        connector, client = Connector.objects.get(), ApiClient.objects.get()

        with pytest.raises(MisconfiguredConnector, match='SECRET_KEY_FALLBACKS'):
            _ = connector.password
        with pytest.raises(MisconfiguredConnector):
            _ = client.keys

    def test_what_was_read_once_is_not_remembered_beyond_its_key(self, settings: Any) -> None:
        settings.SECRET_KEY_FALLBACKS = [OLD_KEY]
        assert ApiClient.objects.get().keys == ['k1']
        settings.SECRET_KEY_FALLBACKS = []
        with pytest.raises(MisconfiguredConnector):
            _ = ApiClient.objects.get().keys

    def test_a_row_can_be_saved_and_keeps_its_secret(self, settings: Any) -> None:
        connector = Connector.objects.get()
        connector.title = 'Autre'
        connector.save()

        settings.SECRET_KEY = OLD_KEY
        assert Connector.objects.get().password == 'p@ss'

    def test_the_secret_is_back_with_the_old_key_and_saved_under_the_new_one(self, settings: Any) -> None:
        settings.SECRET_KEY_FALLBACKS = [OLD_KEY]
        Connector.objects.get().save()
        settings.SECRET_KEY_FALLBACKS = []

        assert Connector.objects.get().password == 'p@ss'

    def test_a_new_secret_replaces_it(self) -> None:
        connector = Connector.objects.get()
        connector.password = 'neuf'
        connector.save()

        assert Connector.objects.get().password == 'neuf'

    @pytest.mark.parametrize(
        'page', ['regie', 'familylink', 'payment', 'connector', 'apiclient', 'alert', 'outage']
    )
    def test_no_page_of_the_admin_is_spoilt(self, page: str) -> None:
        a_link()
        a_payment()
        browser = Client()
        browser.force_login(User.objects.create_superuser('admin'))

        assert browser.get(f'/admin/passerelle_maelis_invoices/{page}/').status_code == 200
