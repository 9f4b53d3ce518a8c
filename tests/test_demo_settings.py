"""The demo site is configured by environment variables."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import django
import pytest
from django.db import connection

from demo.environment import database_settings, kept_secret, settings_from
from tests.site import ROOT

SERVER = {'NAME': 'maelis', 'USER': 'm', 'PASSWORD': 'p@ss', 'HOST': 'db.example', 'PORT': '5433'}


@pytest.mark.parametrize(
    ('url', 'expected'),
    [
        ('sqlite:///db.sqlite3', {'NAME': 'db.sqlite3'}),
        ('sqlite:////srv/with space/db.sqlite3', {'NAME': '/srv/with space/db.sqlite3'}),
        ('sqlite:////srv/with%20space/db.sqlite3', {'NAME': '/srv/with space/db.sqlite3'}),
        ('postgres://m:p%40ss@db.example:5433/maelis', SERVER),
        ('postgresql://m:p%40ss@db.example:5433/maelis', SERVER),
        ('postgres://[::1]/maelis', {'HOST': '::1', 'PORT': '', 'USER': '', 'PASSWORD': ''}),
        (
            'postgres:///maelis?host=/run/postgresql',
            {'HOST': '/run/postgresql', 'NAME': 'maelis', 'OPTIONS': {}},
        ),
        ('postgres://m@%2Frun%2Fpg/maelis', {'HOST': '/run/pg', 'USER': 'm'}),
        ('postgres://h/maelis?sslmode=require', {'HOST': 'h', 'OPTIONS': {'sslmode': 'require'}}),
    ],
)
def test_a_database_url_is_understood(url: str, expected: dict[str, object]) -> None:
    found = database_settings(url)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    'url', ['', 'maelis', 'mysql://h/maelis', 'sqlite://', 'sqlite:///', 'postgres://h/']
)
def test_a_database_url_that_is_not_one_shows_the_spellings(url: str) -> None:
    with pytest.raises(ValueError, match='must look like sqlite:///relative/path'):
        database_settings(url)


def test_variables_of_the_connector_become_settings() -> None:
    environment = {'MAELIS_INVOICES_LEASE': '30', 'MAELIS_INVOICES_WSDL_DIR': '/srv/wsdl', 'HOME': '/root'}
    expected = {'MAELIS_INVOICES_LEASE': 30, 'MAELIS_INVOICES_WSDL_DIR': '/srv/wsdl'}
    assert settings_from(environment, 'MAELIS_INVOICES_') == expected


def test_a_kept_secret_is_the_same_for_every_process_and_private(tmp_path: Path) -> None:
    file = tmp_path / 'var' / 'key'
    assert kept_secret(file) == kept_secret(file)
    assert len(kept_secret(file)) > 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.django_db
def test_sqlite_keeps_what_it_committed() -> None:
    if connection.vendor != 'sqlite':
        pytest.skip('about SQLite')
    with connection.cursor() as cursor:
        assert cursor.execute('PRAGMA journal_mode').fetchone() == ('wal',)
        assert cursor.execute('PRAGMA synchronous').fetchone() == (2,)
        assert cursor.execute('PRAGMA busy_timeout').fetchone() == (20_000,)
    if django.VERSION >= (5, 1):
        assert connection.settings_dict['OPTIONS']['transaction_mode'] == 'IMMEDIATE'


def test_a_site_behind_https_marks_its_cookies() -> None:
    assert _setting('SESSION_COOKIE_SECURE', HTTPS='1') == 'True'
    assert _setting('SESSION_COOKIE_SECURE') == 'False'


def test_nothing_is_shown_to_the_world_unless_asked() -> None:
    assert _setting('DEBUG') == 'False'
    assert _setting('ALLOWED_HOSTS') == "['localhost', '127.0.0.1', '[::1]']"
    assert _setting('ALLOWED_HOSTS', ALLOWED_HOSTS='factures.example,') == "['factures.example']"


def _setting(name: str, **environment: str) -> str:
    command = [sys.executable, '-c', f'from demo import settings; print(settings.{name})']
    clean = {'PATH': os.environ['PATH'], 'SECRET_KEY': 'a', **environment}
    return subprocess.run(
        command, cwd=ROOT, env=clean, check=True, capture_output=True, text=True
    ).stdout.strip()
