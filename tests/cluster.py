"""A site whose work is done by workers of procrastinate, on a real PostgreSQL."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.postgresql import PostgreSQL
from tests.site import Process, Site, new_site

PATIENCE = 150.0  # seconds
SETTINGS = {
    'CLUSTER': '1',
    'MAELIS_INVOICES_PAY_DEADLINE': '2',
    'MAELIS_INVOICES_LEASE': '5',
    'MAELIS_INVOICES_REFRESH_AT': '',
    'MAELIS_INVOICES_REFRESH_LEASE': '1',
}


@pytest.fixture(scope='module')
def migrated_cluster(migrated_postgresql: str, postgresql: PostgreSQL, django_db_blocker: Any) -> str:
    """A template with the tables of procrastinate too."""
    refill = partial(postgresql.create, 'template_cluster', template=migrated_postgresql)
    with django_db_blocker.unblock(), new_site('postgresql', refill, SETTINGS) as site:
        site.manage('migrate', '-v0')
    return 'template_cluster'


@pytest.fixture
def cluster(
    migrated_cluster: str, postgresql: PostgreSQL, wsdl_copies: Path, django_db_blocker: Any
) -> Iterator[Site]:
    """This process itself knows nothing of procrastinate. No refresh begins by itself."""
    refill = partial(postgresql.create, 'site', template=migrated_cluster)
    environment = {**SETTINGS, 'MAELIS_INVOICES_WSDL_DIR': str(wsdl_copies)}
    with django_db_blocker.unblock(), new_site('postgresql', refill, environment) as site:
        yield site


def start_worker(cluster: Site) -> Process:
    return cluster.start('procrastinate', 'worker', '--concurrency', '2')


def wait_for(true: Callable[[], bool], say: Callable[[], object] = lambda: 'waited in vain') -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, say()
        time.sleep(0.1)


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def sql(statement: str, *values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
