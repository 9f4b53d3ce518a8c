"""A site of its own for a test that needs real processes: a database, commands, servers to kill."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections

from demo.environment import database_settings
from tests.postgresql import PostgreSQL

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds that a command may take


@dataclass
class Process:
    """A child in a process group of its own, so that its children can be killed with it.

    `life` is the reading end of a pipe that they all hold: it ends with the last of them.
    """

    child: subprocess.Popen[bytes]
    life: BinaryIO
    url: str = ''

    def kill(self) -> None:
        """SIGKILL, to it and to all that it forked; returns when the last one is gone."""
        self.send(signal.SIGKILL)
        self.child.wait()
        if not self.life.closed:
            self.life.read()
            self.life.close()

    def send(self, number: int) -> None:
        """A signal to the whole group: SIGSTOP and SIGCONT freeze and thaw it."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, number)


@dataclass
class Site:
    """A migrated database, empty and nobody else's. In the test's own process the ORM works on it too.

    Change `environment` before starting a process to give it other settings.
    """

    vendor: str
    database_url: str
    environment: dict[str, str]
    refill: Callable[[], str]
    processes: list[Process] = field(default_factory=list)

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a command of `manage.py` to its end."""
        done = subprocess.run(
            [sys.executable, 'manage.py', *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
        )
        if check and done.returncode:
            raise AssertionError(f'manage.py {" ".join(arguments)} failed:\n{done.stdout}')
        return done

    def start(self, *arguments: str) -> Process:
        """A command of `manage.py` that goes on beside the test."""
        return self._spawn(['manage.py', *arguments])

    def serve(self, application: str = 'demo.wsgi:application', *, workers: int = 1) -> Process:
        """gunicorn on a port of its own. A request may be sent at once: it waits for the server."""
        with socket.create_server(('127.0.0.1', 0), backlog=256) as listener:
            bind = f'fd://{listener.fileno()}'
            command = ['-m', 'gunicorn', '-c', 'demo/gunicorn_conf.py', '-w', str(workers), '-b', bind]
            server = self._spawn([*command, application], listener.fileno())
            server.url = f'http://127.0.0.1:{listener.getsockname()[1]}'
        return server

    def reset(self) -> None:
        """As it was when the test began: no processes, an empty database of the same name."""
        self.stop()
        connections.close_all()
        self.refill()

    def stop(self) -> None:
        while self.processes:
            self.processes.pop().kill()

    def _spawn(self, command: list[str], *inherited: int) -> Process:
        life, held = os.pipe()
        child = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            pass_fds=(held, *inherited),
        )
        os.close(held)
        self.processes.append(Process(child, os.fdopen(life, 'rb')))
        return self.processes[-1]


@contextmanager
def new_site(vendor: str, refill: Callable[[], str], environment: dict[str, str]) -> Iterator[Site]:
    """`refill` makes the database anew and gives its URL."""
    database_url = refill()
    own = {'DATABASE_URL': database_url, 'SECRET_KEY': settings.SECRET_KEY, **environment}
    site = Site(vendor, database_url, os.environ | own, refill)
    with connected_to(database_url):
        try:
            yield site
        finally:
            site.stop()


@contextmanager
def connected_to(database_url: str) -> Iterator[None]:
    """The ORM of this process, all its threads, on another database for a while."""
    before = connections.settings
    use_database(database_url)
    try:
        yield
    finally:
        _switch(before)


def use_database(database_url: str) -> None:
    _switch(connections.configure_settings({'default': database_settings(database_url)}))


def migrated_file(path: Path) -> Path:
    with connected_to(f'sqlite:///{path}'):
        call_command('migrate', verbosity=0)
    return path


def copied_file(template: Path, path: Path) -> str:
    for leftover in path.parent.glob(f'{path.name}-*'):
        leftover.unlink()
    shutil.copyfile(template, path)
    return f'sqlite:///{path}'


def migrated_database(server: PostgreSQL, name: str) -> str:
    with connected_to(server.create(name)):
        call_command('migrate', verbosity=0)
    return name


def _switch(databases: dict[str, dict[str, object]]) -> None:
    connections.close_all()
    with suppress(AttributeError):
        del connections['default']
    connections.settings = databases
    ContentType.objects.clear_cache()
