"""Transmet les règlements à Maelis, relit ceux qui sont en doute, sans jamais s'arrêter."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone

from ...models import Outage
from ...settings import app_settings
from ...use_cases.beat import Pulse
from ...use_cases.do_paperwork import do_paperwork
from ...use_cases.look_after import PAUSE, look_after
from ...use_cases.make_exports import make_exports
from ...use_cases.purge_exports import purge_exports
from ...use_cases.work import work

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = 'Transmet les règlements à Maelis. Plusieurs peuvent tourner à la fois ; Ctrl-C pour arrêter.'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument('--once', action='store_true', help='traiter ce qui est dû, puis s’arrêter')

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = _stop_on_signals()
        actor = f'worker {socket.gethostname()}:{os.getpid()}'
        if not once:
            threading.Thread(target=_look_after, args=[stop], name='look-after', daemon=True).start()
            threading.Thread(target=_make_exports, args=[stop], name='exports', daemon=True).start()
        while not stop.is_set():
            done = _round(actor, stop)
            if once and not done:
                break
            if not done:
                stop.wait(app_settings().WORKER_PAUSE)
        if once:
            _exports(stop)
            look_after()


def _look_after(stop: threading.Event) -> None:
    """Beside the payments: neither a slow mail server nor a slow Maelis holds the other up."""
    pulse = Pulse(Outage.WORKER)
    _again_and_again(stop, PAUSE, lambda: look_after(pulse.beat))


def _make_exports(stop: threading.Event) -> None:
    """Beside the payments too, with reconciliations: either may take minutes."""
    _again_and_again(stop, app_settings().WORKER_PAUSE, lambda: _exports(stop))


def _again_and_again(stop: threading.Event, pause: float, act: Callable[[], object]) -> None:
    """Whatever goes wrong, the thread goes on: nobody would see that it ended."""
    while not stop.is_set():
        try:
            act()
        except Exception:
            logger.exception('unforeseen failure of the thread %s', threading.current_thread().name)
        _close()
        stop.wait(pause)


def _exports(stop: threading.Event) -> None:
    do_paperwork(go_on=lambda: not stop.is_set())
    make_exports(go_on=lambda: not stop.is_set())
    purge_exports(timezone.now())


def _round(actor: str, stop: threading.Event) -> int:
    try:
        return work(actor=actor, go_on=lambda: not stop.is_set())
    except Exception:
        logger.exception('unforeseen failure; trying again')
        _close()
        stop.wait(app_settings().WORKER_PAUSE)
        return 0


def _close() -> None:
    """The next statement opens another connection, even when this one is too broken to be closed."""
    with suppress(Exception):
        connection.close()


def _stop_on_signals() -> threading.Event:
    """The payment in hand is finished first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop
