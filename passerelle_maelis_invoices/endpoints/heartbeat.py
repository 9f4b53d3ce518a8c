"""A thread in each web process that writes that it lives, so that an outage of ours is known afterwards."""

import logging
import os
import threading
import time
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import connection
from django.utils import timezone

from ..models import Outage
from ..settings import app_settings
from ..use_cases.beat import BEAT, Pulse

logger = logging.getLogger(__name__)
#: This is imported while the server starts, which may be long before its first request.
STARTED_AT = timezone.now()
_beating: set[int] = set()


def beat_while_serving() -> None:
    """From its first request on, a server process beats; a command or a test does not."""
    for handler in (WSGIHandler, ASGIHandler):
        request_started.connect(_start_once, sender=handler)


def _start_once(**_: Any) -> None:
    """Once in each process: threads do not survive a fork."""
    if os.getpid() not in _beating and app_settings().WEB_HEARTBEAT:
        _beating.add(os.getpid())
        threading.Thread(target=_beat_for_ever, name='maelis-heartbeat', daemon=True).start()


def _beat_for_ever() -> None:
    pulse = Pulse(Outage.CONNECTOR, alive_since=STARTED_AT)
    while True:
        try:
            pulse.beat()
            connection.close()
        except Exception:
            logger.exception('the heartbeat could not be written')
        time.sleep(BEAT.total_seconds())
