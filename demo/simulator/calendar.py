"""Days are those of Paris, whatever the zone of the machine."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo('Europe/Paris')


def today() -> date:
    return datetime.now(PARIS).date()


def day_of(text: str) -> date:
    """The day of an `xs:dateTime`; without a zone it is local time. Raises `ValueError`."""
    moment = datetime.fromisoformat(text.strip())
    return moment.astimezone(PARIS).date() if moment.tzinfo else moment.date()
