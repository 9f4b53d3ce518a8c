"""Processes that serve requests and do a worker's rounds, on connections of their own, at the test's time.

`python -m tests.promises.actor_process SOCKET`: whoever connects gets a fork of this warm process, hence a
new process within milliseconds. Its first message is its process id.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Listener
from typing import Any

import django

django.setup()

from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.db import connections  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from passerelle_maelis_invoices.errors import ConnectorError  # noqa: E402
from passerelle_maelis_invoices.maelis import Deadline  # noqa: E402
from passerelle_maelis_invoices.models import Connector  # noqa: E402
from passerelle_maelis_invoices.use_cases.maelis_of import maelis_of  # noqa: E402
from tests.promises.commands import COMMANDS, at  # noqa: E402

PATIENCE = 10  # seconds


def main(address: str) -> None:
    logging.disable(logging.WARNING)
    _warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_test, daemon=True).start()
    with Listener(address, 'AF_UNIX') as listener:
        print('ready', flush=True)
        while True:
            connection = listener.accept()
            if os.fork() == 0:
                _act(connection)
            connection.close()


def _warm_up() -> None:
    """Views are imported and contracts are read once, before any fork."""
    get_resolver().url_patterns  # noqa: B018
    for connector in Connector.objects.all():
        with suppress(ConnectorError):
            maelis_of(connector).refresh_wsdl(deadline=Deadline.after(PATIENCE))
    connections.close_all()


def _act(connection: Connection[Any, Any]) -> None:
    connection.send(os.getpid())
    try:
        while True:
            name, now, arguments = connection.recv()
            connection.send(_done(COMMANDS[name], now, arguments))
    finally:
        os._exit(0)


def _done(command: Callable[..., Any], now: Any, arguments: dict[str, Any]) -> tuple[bool, Any]:
    try:
        with at(now):
            return True, command(**arguments)
    except ImproperlyConfigured:
        raise
    except Exception as error:
        return False, f'{type(error).__name__}: {error}'


def _end_with_the_test() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == '__main__':
    main(sys.argv[1])
