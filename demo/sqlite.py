"""SQLite as the connector wants it: what was committed is on the disk, and writers wait for one another."""

from typing import Any

import django
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

WAIT_FOR_A_LOCK = 20  # seconds


def sqlite_options() -> dict[str, Any]:
    """IMMEDIATE: a transaction takes its lock when it begins; one that reads first would be refused later.

    Django before 5.1 cannot say it, and there only single statements are safe from that refusal.
    """
    immediate = {'transaction_mode': 'IMMEDIATE'} if django.VERSION >= (5, 1) else {}
    return {'timeout': WAIT_FOR_A_LOCK, **immediate}


def make_durable(sender: type[BaseDatabaseWrapper], connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """WAL, and a disk synchronised at each commit, on every SQLite connection of any Django."""
    if connection.vendor == 'sqlite':
        with connection.cursor() as cursor:
            cursor.execute('PRAGMA journal_mode=WAL')
            cursor.execute('PRAGMA synchronous=FULL')


connection_created.connect(make_durable, dispatch_uid='demo.sqlite.make_durable')
