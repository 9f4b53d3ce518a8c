"""A pool of processes on the test's database, and the clock that they all go by."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

from django.db import connections

from tests.promises.commands import COMMANDS, at
from tests.site import ROOT, Site

PATIENCE = 60  # seconds that a command may take


@dataclass
class Clock:
    """The time of the test: it goes on by a second at each command, and by as much as one wants.

    A `real` one tells actors nothing, and they go by the machine's.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    real: bool = False

    def advance(self, pause: timedelta) -> None:
        self.now += pause

    def tick(self) -> datetime | None:
        self.advance(timedelta(seconds=1))
        return None if self.real else self.now


class Actor:
    """A process. `begin` and `end` let several of them act at the same time."""

    def __init__(self, address: str, clock: Clock) -> None:
        self.clock = clock
        self.connection: Connection[Any, Any] = Client(address, 'AF_UNIX')
        self.pid: int = self.connection.recv()

    def do(self, command: str, **arguments: Any) -> Any:
        self.begin(command, **arguments)
        return self.end()

    def begin(self, command: str, **arguments: Any) -> None:
        self.connection.send((command, self.clock.tick(), arguments))

    def end(self) -> Any:
        assert self.connection.poll(PATIENCE), 'the actor does not answer'
        done, result = self.connection.recv()
        assert done, result
        return result

    def is_alive(self) -> bool:
        """False once it has died; one that has nothing more to do counts as dead."""
        return not self.connection.poll()

    def kill(self) -> None:
        """`kill -9`; returns when it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.wait_for_death()

    def wait_for_death(self) -> None:
        try:
            self.connection.recv()
        except (EOFError, ConnectionError):
            self.connection.close()


class Own:
    """The test's own process, as an actor."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def do(self, command: str, **arguments: Any) -> Any:
        with at(self.clock.tick()):
            return COMMANDS[command](**arguments)

    def kill(self) -> None:
        """It cannot be; but its connections can be new."""
        connections.close_all()


@dataclass
class Actors:
    """The first one is the test's own process."""

    address: str
    clock: Clock
    all: list[Actor | Own] = field(default_factory=list)

    def __getitem__(self, n: int) -> Actor | Own:
        return self.all[n % len(self.all)]

    def hire(self, number: int) -> list[Actor]:
        """More processes, nobody else's: kill or leave them."""
        return [Actor(self.address, self.clock) for _ in range(number)]

    def restart(self, n: int) -> None:
        """`kill -9`, then a new process in its place."""
        actor = self[n]
        actor.kill()
        if isinstance(actor, Actor):
            self.all[n % len(self.all)] = Actor(self.address, self.clock)


@contextmanager
def acting(site: Site, clock: Clock, *, number: int = 3) -> Iterator[Actors]:
    """`number` processes beside this one, gone at the end."""
    with tempfile.TemporaryDirectory(prefix='actors') as folder:
        address = str(Path(folder) / 'socket')
        source = _start(site, address)
        try:
            actors = Actors(address, clock)
            actors.all = [Own(clock), *actors.hire(number)]
            yield actors
        finally:
            source.kill()
            source.wait()


def _start(site: Site, address: str) -> subprocess.Popen[bytes]:
    source = subprocess.Popen(
        [sys.executable, '-m', 'tests.promises.actor_process', address],
        cwd=ROOT,
        env={'DJANGO_SETTINGS_MODULE': 'demo.settings', **site.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert source.stdout and source.stdout.readline() == b'ready\n', 'actors do not start'
    return source
