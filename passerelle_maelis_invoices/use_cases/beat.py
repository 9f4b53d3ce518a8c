"""Say that a kind of process lives, so that its silences are known once they are over."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ..models import Heartbeat, Outage

#: Pause between two beats; those in between cost one SELECT.
BEAT = timedelta(seconds=20)
#: A longer silence is an outage: restarts are shorter.
LONGEST_SILENCE = timedelta(seconds=90)


class Pulse:
    """One process's. ``name`` is one of ``Outage.who``; ``alive_since``, when the process began."""

    def __init__(self, name: str, *, alive_since: datetime | None = None) -> None:
        self.name = name
        self.last = timezone.now()
        self.alive_since = alive_since or self.last

    def beat(self) -> None:
        """Call it more often than ``LONGEST_SILENCE``; raises DatabaseError.

        When it could not be called, the process being frozen, or could not write, the database being away,
        the process counts as dead meanwhile.
        """
        now = timezone.now()
        if now - self.last > LONGEST_SILENCE:
            self.alive_since = now
        note_alive(self.name, since=self.alive_since)
        self.last = now


def note_alive(name: str, *, since: datetime) -> None:
    """``since`` is when the caller began to live: if nobody did for long before that, it was an outage."""
    now = timezone.now()
    row = Heartbeat.objects.filter(name=name).first()
    if row is None:
        Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now)], ignore_conflicts=True)
    elif abs(now - row.at) >= BEAT:
        _move(row, now, since)


def _move(row: Heartbeat, now: datetime, since: datetime) -> None:
    """Of several processes, the one that moves the row on writes the outage."""
    with transaction.atomic():
        moved = Heartbeat.objects.filter(pk=row.pk, at=row.at).update(at=now)
        if moved and since - row.at > LONGEST_SILENCE:
            Outage.objects.create(who=row.name, began_at=row.at, ended_at=since)
