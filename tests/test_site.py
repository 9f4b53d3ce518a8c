"""The ground that the other tests stand on: fresh databases, real processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from django.contrib.auth.models import Group
from django.db import connection

from tests.postgresql import PostgreSQL
from tests.site import Site, connected_to

if TYPE_CHECKING:
    from playwright.sync_api import Page

HELLO = """
def application(environ, start_response):
    start_response('200 OK', [])
    return [b'hello']
"""


def test_a_site_begins_empty_and_migrated(site: Site) -> None:
    assert connection.vendor == site.vendor
    assert not Group.objects.exists()
    Group.objects.create(name='left behind by one test, unseen by the next')


def test_a_command_sees_what_the_test_wrote_and_the_reverse(site: Site) -> None:
    Group.objects.create(name='régie')
    imports = 'from django.contrib.auth.models import Group'
    done = site.manage(
        'shell', '-c', f'{imports}; print(Group.objects.get()); Group.objects.create(name="2")'
    )
    assert 'régie' in done.stdout
    assert Group.objects.count() == 2


def test_a_command_that_fails_says_why(site: Site) -> None:
    with pytest.raises(AssertionError, match='Unknown command'):
        site.manage('no_such_command')


def test_threads_of_a_test_use_the_same_site(site: Site) -> None:
    def write() -> None:
        Group.objects.create(name='from a thread')
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert Group.objects.get().name == 'from a thread'


def test_a_reset_site_is_as_it_was(site: Site) -> None:
    Group.objects.create(name='gone after the reset')
    site.reset()
    assert not Group.objects.exists()


@pytest.fixture
def hello(site: Site, tmp_path: Path) -> Iterator[Site]:
    (tmp_path / 'hello.py').write_text(HELLO)
    site.environment['PYTHONPATH'] = str(tmp_path)
    yield site


def test_a_server_answers_until_it_is_killed(hello: Site) -> None:
    server = hello.serve('hello:application')
    assert requests.get(server.url).content == b'hello'
    server.kill()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url)


def test_a_server_that_was_killed_can_be_followed_by_another(hello: Site) -> None:
    hello.serve('hello:application').kill()
    assert requests.get(hello.serve('hello:application').url).content == b'hello'


@pytest.mark.postgresql
def test_what_was_committed_survives_a_crash_of_the_server(
    postgresql: PostgreSQL, migrated_postgresql: str, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), connected_to(postgresql.create('crash', template=migrated_postgresql)):
        Group.objects.create(name='committed')
        postgresql.stop('immediate')
        connection.close()
        postgresql.start()
        assert Group.objects.get().name == 'committed'


@pytest.mark.postgresql
def test_the_server_also_listens_on_a_unix_socket(postgresql: PostgreSQL, django_db_blocker: Any) -> None:
    with (
        django_db_blocker.unblock(),
        connected_to(postgresql.socket_url('postgres')),
        connection.cursor() as cursor,
    ):
        cursor.execute('SELECT inet_server_addr()')
        assert cursor.fetchone() == (None,)


@pytest.mark.browser
def test_a_browser_opens_a_page(page: Page, hello: Site) -> None:
    page.goto(hello.serve('hello:application').url)
    assert page.inner_text('body') == 'hello'
