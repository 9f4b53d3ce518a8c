"""The city's calendar: days are days in Paris, whatever the time zone of the process."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo('Europe/Paris')


def day_in_paris(moment: datetime) -> date:
    """The calendar day of an aware moment."""
    return moment.astimezone(PARIS).date()


def start_of_day(day: date) -> datetime:
    """The day's first moment in Paris."""
    return datetime.combine(day, time.min, PARIS)
