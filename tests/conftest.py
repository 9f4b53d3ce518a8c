"""Fixtures that several test files share.

`db` (pytest-django's) is a SQLite file, or PostgreSQL with `--postgresql`. `site` is for tests that start and
kill processes: it runs them on both databases. A test takes one or the other, never both.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test import override_settings

from tests import postgresql as pg
from tests.site import Site, copied_file, migrated_database, migrated_file, new_site, use_database

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from demo.simulator.process import Simulator

CHROMIUM_ADVICE = 'browser tests need Chromium, which is not on this machine: apt-get install chromium'


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        '--postgresql', action='store_true', help='`db` is a throw-away PostgreSQL, not a SQLite file'
    )


def pytest_report_header() -> list[str]:
    """What is missing on this machine, said once and first."""
    return [advice for advice in (_postgresql_advice(), _chromium_advice()) if advice]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker('postgresql'):
        _needs(_postgresql_advice())
    if item.get_closest_marker('browser'):
        _needs(_chromium_advice())


@pytest.fixture(scope='session')
def postgresql() -> Iterator[pg.PostgreSQL]:
    """A server of this test process alone (each xdist worker has its own)."""
    _needs(_postgresql_advice())
    binaries = pg.find_binaries()
    assert binaries
    with pg.throw_away_server(binaries) as server:
        yield server


@pytest.fixture(scope='session')
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """The database of `db`: a real file, since a database in memory locks in another way."""
    if request.config.getoption('--postgresql'):
        use_database(request.getfixturevalue('postgresql').url('postgres'))
    elif connections['default'].vendor == 'sqlite':
        file = tmp_path_factory.mktemp('database') / 'db.sqlite3'
        connections['default'].settings_dict['TEST']['NAME'] = str(file)


@pytest.fixture(scope='session', autouse=True)
def wsdl_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """WSDL copies of earlier runs must not answer for a simulator that got the same port."""
    folder = tmp_path_factory.mktemp('wsdl')
    with override_settings(MAELIS_INVOICES_WSDL_DIR=str(folder)):
        yield folder


@pytest.fixture(scope='session')
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    with django_db_blocker.unblock():
        return migrated_file(tmp_path_factory.mktemp('template') / 'template.sqlite3')


@pytest.fixture
def sqlite_refill(migrated_sqlite: Path, tmp_path: Path) -> Callable[[], str]:
    return partial(copied_file, migrated_sqlite, tmp_path / 'site.sqlite3')


@pytest.fixture(scope='session')
def migrated_postgresql(postgresql: pg.PostgreSQL, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        return migrated_database(postgresql, 'template_maelis')


@pytest.fixture
def postgresql_refill(migrated_postgresql: str, postgresql: pg.PostgreSQL) -> Callable[[], str]:
    return partial(postgresql.create, 'site', template=migrated_postgresql)


@pytest.fixture(params=['sqlite', pytest.param('postgresql', marks=pytest.mark.postgresql)])
def site(request: pytest.FixtureRequest, wsdl_copies: Path, django_db_blocker: Any) -> Iterator[Site]:
    """A fresh site on each of the two databases; see `tests.site.Site`."""
    refill = request.getfixturevalue(f'{request.param}_refill')
    environment = {'MAELIS_INVOICES_WSDL_DIR': str(wsdl_copies)}
    with django_db_blocker.unblock(), new_site(request.param, refill, environment) as site:
        yield site


@pytest.fixture(scope='session')
def running_simulator() -> Iterator[Simulator]:
    from demo.simulator.process import Simulator

    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    """Maelis: a process of its own, without faults and with its money as it was at the beginning."""
    running_simulator.reset()
    return running_simulator


@pytest.fixture(scope='session')
def chromium() -> str:
    """The path of a Chromium that a browser test may drive."""
    _needs(_chromium_advice())
    return str(_chromium_path())


@pytest.fixture
def page(chromium: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """An empty page of a real browser, in French. Playwright's event loop makes Django fear for the ORM."""
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv('DJANGO_ALLOW_ASYNC_UNSAFE', '1')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=['--no-sandbox'])
        yield browser.new_page(locale='fr-FR', timezone_id='Europe/Paris')
        browser.close()


def _needs(advice: str | None) -> None:
    """Skips where something is missing; fails in CI, where it must not be."""
    if advice and os.environ.get('CI'):
        pytest.fail(advice, pytrace=False)
    if advice:
        pytest.skip(advice)


def _postgresql_advice() -> str | None:
    return None if pg.find_binaries() else pg.ADVICE


def _chromium_advice() -> str | None:
    return None if _chromium_path() else CHROMIUM_ADVICE


def _chromium_path() -> str | None:
    return shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
