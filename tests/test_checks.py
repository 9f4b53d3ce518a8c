"""What `manage.py check` says of a site, with the remedy."""

from __future__ import annotations

from typing import Any

import django
import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.db import connection

from passerelle_maelis_invoices import checks
from passerelle_maelis_invoices.checks import APP
from tests.builders import a_connector


def ids(messages: Any) -> list[str]:
    ours = [message for message in messages if str(message.id).startswith(APP)]
    assert all(message.hint for message in ours)
    return [message.id.removeprefix(f'{APP}.') for message in ours]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The default database's settings, to be changed at will."""
    default: dict[str, Any] = django_settings.DATABASES['default']
    monkeypatch.setitem(default, 'ENGINE', 'django.db.backends.sqlite3')
    monkeypatch.setitem(default, 'OPTIONS', {'timeout': 20, 'transaction_mode': 'IMMEDIATE'})
    return default


@pytest.mark.django_db
def test_the_demo_site_has_nothing_to_be_told() -> None:
    assert ids(run_checks()) == []


@pytest.mark.django_db
def test_the_checks_are_registered(settings: Any, database: dict[str, Any]) -> None:
    settings.USE_TZ = False
    database['OPTIONS'] = {}

    assert {'E001', 'W001'} <= set(ids(run_checks()))


def test_a_site_without_time_zones_is_an_error(settings: Any) -> None:
    settings.USE_TZ = False

    assert ids(checks.check_settings()) == ['E001']


@pytest.mark.parametrize('lease', [39, 'abc'])
def test_a_setting_that_does_not_fit_is_an_error(settings: Any, lease: Any) -> None:
    settings.MAELIS_INVOICES_PAY_DEADLINE = 20
    settings.MAELIS_INVOICES_LEASE = lease

    assert ids(checks.check_settings()) == ['E002']


def test_mail_that_may_wait_for_ever_is_a_warning(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = 'django.core.mail.backends.smtp.EmailBackend', None
    assert ids(checks.check_settings()) == ['W005']

    settings.EMAIL_TIMEOUT = 10
    assert ids(checks.check_settings()) == []

    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = 'django.core.mail.backends.console.EmailBackend', None
    assert ids(checks.check_settings()) == []


def test_an_empty_secret_key_is_an_error(settings: Any) -> None:
    settings.SECRET_KEY = ''
    assert ids(checks.check_settings()) == ['E003']

    settings.MAELIS_INVOICES_ENCRYPTION_KEYS = ['own']
    assert ids(checks.check_settings()) == []


def test_a_sqlite_that_gives_up_soon_is_a_warning(database: dict[str, Any]) -> None:
    assert ids(checks.check_sqlite_options()) == []

    database['OPTIONS'].pop('timeout')
    assert ids(checks.check_sqlite_options()) == ['W001']


@pytest.mark.skipif(django.VERSION < (5, 1), reason='Django cannot say it before 5.1')
def test_a_sqlite_that_takes_its_lock_late_is_a_warning(database: dict[str, Any]) -> None:
    database['OPTIONS'].pop('transaction_mode')

    assert ids(checks.check_sqlite_options()) == ['W002']


def test_postgresql_needs_no_options(database: dict[str, Any]) -> None:
    database['ENGINE'], database['OPTIONS'] = 'django.db.backends.postgresql', {}

    assert ids(checks.check_sqlite_options()) == []


@pytest.mark.django_db(transaction=True)
def test_a_sqlite_that_does_not_wait_for_the_disk_is_a_warning() -> None:
    assert ids(checks.check_sqlite_durability(databases=['default'])) == []
    if connection.vendor != 'sqlite':
        return

    with connection.cursor() as cursor:
        cursor.execute('PRAGMA synchronous=NORMAL')
        cursor.execute('PRAGMA journal_mode=DELETE')
    try:
        assert ids(checks.check_sqlite_durability(databases=['default'])) == ['W003', 'W004']
    finally:
        with connection.cursor() as cursor:
            cursor.execute('PRAGMA journal_mode=WAL')
            cursor.execute('PRAGMA synchronous=FULL')


def test_the_database_is_not_opened_unless_django_says_so() -> None:
    assert ids(checks.check_sqlite_durability()) == []


def test_a_development_key_is_a_warning_when_deploying(settings: Any) -> None:
    settings.SECRET_KEY = 'django-insecure-x'

    assert ids(checks.check_secret_key()) == ['W013']


@pytest.mark.django_db
@pytest.mark.parametrize(
    ('columns', 'expected'),
    [
        ({'wsdl_url': 'https://maelis.example/?wsdl'}, []),
        ({'wsdl_url': 'http://127.0.0.1:9000/?wsdl'}, []),
        ({'wsdl_url': 'http://localhost/?wsdl'}, []),
        ({'wsdl_url': 'http://maelis.example/?wsdl'}, ['W011']),
        ({'wsdl_url': 'https://maelis.example/?wsdl', 'service_url': 'http://10.0.0.1/'}, ['W011']),
        ({'wsdl_url': 'https://maelis.example/?wsdl', 'verify_tls': False}, ['W012']),
    ],
)
def test_a_connector_that_is_not_private_is_a_warning(columns: dict[str, Any], expected: list[str]) -> None:
    a_connector(**columns)

    assert ids(checks.check_connectors()) == expected
