"""When a night's work is due, by the clocks of Paris."""

from datetime import datetime, time, timedelta

from .paris import PARIS, day_in_paris

#: Work that could not begin in time still begins within so long; later, the next night does it.
LATE = timedelta(hours=4)


def due_since(at: time, now: datetime) -> datetime | None:
    """The moment at which tonight's work was due, or ``None`` when it is not its time.

    >>> from datetime import UTC
    >>> due_since(time(1, 30), datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
    datetime.datetime(2026, 11, 21, 1, 30, tzinfo=zoneinfo.ZoneInfo(key='Europe/Paris'))
    >>> due_since(time(1, 30), datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    """
    today = day_in_paris(now)
    for day in (today, today - timedelta(days=1)):
        due = datetime.combine(day, at, PARIS)
        if due <= now <= due + LATE:
            return due
    return None
