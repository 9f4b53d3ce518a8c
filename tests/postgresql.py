"""A throw-away PostgreSQL server that the tests start themselves; as root too, which PostgreSQL refuses."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ADVICE = 'PostgreSQL tests need initdb, which is not on this machine: apt-get install postgresql'
ATTEMPTS = 5


def find_binaries() -> Path | None:
    """The folder that holds initdb, pg_ctl and postgres; the newest when there are several."""
    on_path = shutil.which('initdb')
    if on_path:
        return Path(on_path).resolve().parent
    found = Path('/usr/lib/postgresql').glob('*/bin/initdb')
    return max((path.parent for path in found), key=lambda path: float(path.parent.name), default=None)


@dataclass
class PostgreSQL:
    """One server, on 127.0.0.1 and a Unix socket in its own folder, open to whoever is on this machine.

    `fsync` is off: these tests kill processes, not the machine; what a killed process wrote stays written.
    """

    binaries: Path
    directory: Path
    port: int = 0

    def start(self) -> None:
        """Starts it, on the port that it had before if there was one; returns when it accepts connections."""
        log = self.directory / 'log'
        for port in [self.port] if self.port else _free_ports():
            options = f'-p {port} -k {shlex.quote(str(self.directory))} -c listen_addresses=127.0.0.1 -F'
            if self._run('pg_ctl', '-w', '-l', log, '-o', options, 'start', check=False).returncode == 0:
                self.port = port
                return
        raise RuntimeError(f'PostgreSQL did not start:\n{log.read_text()}')

    def stop(self, mode: str = 'fast') -> None:
        """`immediate` is PostgreSQL's own crash: no checkpoint, recovery at the next start."""
        self._run('pg_ctl', '-m', mode, 'stop')

    def url(self, database: str) -> str:
        return f'postgres://maelis@127.0.0.1:{self.port}/{database}'

    def socket_url(self, database: str) -> str:
        return f'postgres:///{database}?user=maelis&host={self.directory}&port={self.port}'

    def create(self, database: str, *, template: str = 'template1') -> str:
        """A new database in place of any of that name, whoever is connected to it; returns its URL."""
        names = {'new': sql.Identifier(database), 'template': sql.Identifier(template)}
        with psycopg.connect(self.url('postgres'), autocommit=True) as connection:
            connection.execute(sql.SQL('DROP DATABASE IF EXISTS {new} WITH (FORCE)').format(**names))
            connection.execute(sql.SQL('CREATE DATABASE {new} TEMPLATE {template}').format(**names))
        return self.url(database)

    def initialise(self) -> None:
        self._run('initdb', '--username=maelis', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync')

    def _run(
        self, program: str, *arguments: str | Path, check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self.binaries / program, '-D', self.directory / 'data', *arguments],
            **self.as_its_owner(),
            check=check,
            stdout=subprocess.DEVNULL,
        )

    def as_its_owner(self) -> dict[str, Any]:
        """Arguments of `subprocess` that run a program as the user whom the server's files belong to."""
        owner = self.directory.stat()
        identity = (
            {'user': owner.st_uid, 'group': owner.st_gid, 'extra_groups': []} if os.geteuid() == 0 else {}
        )
        return {'cwd': self.directory, 'env': {'PATH': os.defpath, 'LC_ALL': 'C'}, **identity}


@contextmanager
def throw_away_server(binaries: Path) -> Iterator[PostgreSQL]:
    """A server that goes away with this process, even when it is killed."""
    directory = Path(tempfile.mkdtemp(prefix='maelis-pg-'))
    if os.geteuid() == 0:
        _give_away(directory)
    server = PostgreSQL(binaries, directory)
    server.initialise()
    with _undertaker(server):
        server.start()
        yield server


@contextmanager
def _undertaker(server: PostgreSQL) -> Iterator[None]:
    """A shell that reads until our end, be it a violent one, then stops and removes the server."""
    script = 'cat; "$0" -D "$1/data" -m immediate stop; cd /; rm -rf "$1"'
    waiting = subprocess.Popen(
        ['/bin/sh', '-c', script, server.binaries / 'pg_ctl', server.directory],
        **server.as_its_owner(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        waiting.communicate()


def _give_away(directory: Path) -> None:
    """To an unprivileged user: PostgreSQL does not run as root."""
    for user in ('postgres', 'nobody'):
        try:
            return shutil.chown(directory, user)
        except LookupError:
            continue
    raise RuntimeError('as root, PostgreSQL needs a user named postgres or nobody')


def _free_ports() -> Iterator[int]:
    """Several, because another program may take one between this look and the start."""
    for _ in range(ATTEMPTS):
        with socket.create_server(('127.0.0.1', 0)) as probe:
            port = int(probe.getsockname()[1])
        yield port
