"""Room for one demo: its data for itself, and ports that nobody else has."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotStartError(Exception):
    """French, one line."""


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Two demos must not share their data."""
    data.parent.mkdir(parents=True, exist_ok=True)
    with data.with_name(f'{data.name}.lock').open('w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStartError('La démonstration tourne déjà ; Ctrl-C l’arrête.') from None
        yield


def listen(port: str) -> socket.socket:
    try:
        return socket.create_server(('127.0.0.1', int(port)), backlog=256)
    except (ValueError, OverflowError):
        raise CannotStartError(f'PORT={port} n’est pas un numéro de port.') from None
    except OSError as problem:
        advice = 'choisissez-en un autre : PORT=8001 python3 run.py demo'
        raise CannotStartError(f'Le port {port} n’est pas libre ({problem.strerror}) ; {advice}') from None


def free_port_near(port: int) -> int:
    """The same one at each start when it can be; 0, which lets the system choose, when it cannot."""
    try:
        with socket.create_server(('127.0.0.1', port)):
            return port
    except (OSError, OverflowError):
        return 0
