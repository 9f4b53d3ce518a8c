"""A site and a Maelis of the run's own, on either database."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.db import connection

from demo.simulator.process import Simulator
from tests import postgresql as pg
from tests.promises.stage import Stage
from tests.site import Site, copied_file, migrated_database, migrated_file, new_site


@dataclass
class Ground:
    site: Site
    maelis: Simulator
    server: pg.PostgreSQL | None
    version: str
    environment: dict[str, str]

    def stage(self) -> Stage:
        """All as new."""
        self.site.environment = dict(self.environment)
        self.site.reset()
        self.maelis.reset()
        return Stage(self.site, self.maelis)


@contextmanager
def ground(database: str) -> Iterator[Ground]:
    """`database` is 'sqlite' or 'postgresql'."""
    with tempfile.TemporaryDirectory(prefix='torture') as folder, Simulator(families=1) as maelis:
        opened = _on_sqlite(Path(folder)) if database == 'sqlite' else _on_postgresql()
        own = {
            'MAELIS_INVOICES_WSDL_DIR': os.environ['MAELIS_INVOICES_WSDL_DIR'],
            'GUNICORN_CMD_ARGS': '--log-level critical',
        }
        with opened as (refill, server), new_site(database, refill, own) as site:
            yield Ground(site, maelis, server, _version(), dict(site.environment))


Opened = tuple[Callable[[], str], pg.PostgreSQL | None]


@contextmanager
def _on_sqlite(folder: Path) -> Iterator[Opened]:
    template = migrated_file(folder / 'template.sqlite3')
    yield partial(copied_file, template, folder / 'site.sqlite3'), None


@contextmanager
def _on_postgresql() -> Iterator[Opened]:
    binaries = pg.find_binaries()
    if not binaries:
        raise SystemExit(pg.ADVICE)
    with pg.throw_away_server(binaries) as server:
        template = migrated_database(server, 'template_maelis')
        yield partial(server.create, 'site', template=template), server


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute('SELECT sqlite_version()' if connection.vendor == 'sqlite' else 'SHOW server_version')
        return f'{connection.vendor} {cursor.fetchone()[0]}'
