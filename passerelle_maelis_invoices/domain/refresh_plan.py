"""Which lists the nightly refresh asks Maelis for, and from which date on: rules, without clock or network.

A family's lists are read where it already had an invoice. A régie where it never had one is asked once a week
only, on the family's own night, and on that night all its lists are read whole: this is what finds an invoice
in a new régie, an invoice that was cancelled, and an old one that was changed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zlib import crc32

#: Invoices may be issued with a date that is some days old.
DAYS_BACK = timedelta(days=7)
#: Every list is read whole once in so many nights.
NIGHTS = 7


@dataclass(frozen=True, slots=True)
class Night:
    """One run of the refresh; ``full``: every list of every family, whole."""

    day: date
    started_at: datetime
    full: bool = False


@dataclass(frozen=True, slots=True)
class KnownList:
    """What we hold of one family in one régie; ``read_at`` is ``None`` when reading it never succeeded."""

    read_at: datetime | None
    #: Date of the newest invoice that it ever had.
    last_invoice: date | None = None
    #: Date of the oldest invoice on which something is left to pay.
    oldest_unpaid: date | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Invoices dated ``since`` or later; all of them when it is ``None``."""

    since: date | None


class Spared(StrEnum):
    """Why a list is not asked for tonight."""

    READ_ALREADY = 'read-already'
    NO_INVOICE_YET = 'no-invoice-yet'


def plan_list(family_id: str, known: KnownList | None, night: Night) -> Ask | Spared:
    """``known`` is ``None`` for a list that nobody ever asked for."""
    if known and known.read_at and known.read_at >= night.started_at:
        return Spared.READ_ALREADY
    if night.full or is_night_of(family_id, night.day):
        return Ask(None)
    if known is None:
        return Spared.NO_INVOICE_YET
    if known.read_at is None:
        return Ask(None)
    if known.last_invoice is None:
        return Spared.NO_INVOICE_YET
    return Ask(_since(known, known.last_invoice, night.day))


def is_night_of(family_id: str, day: date) -> bool:
    """A seventh of the families each night, each family on the same night of every week."""
    return crc32(family_id.encode()) % NIGHTS == day.toordinal() % NIGHTS


def _since(known: KnownList, last_invoice: date, day: date) -> date:
    """The earliest of the last invoice, some days back, and what may still be paid elsewhere."""
    return min(last_invoice, day - DAYS_BACK, known.oldest_unpaid or last_invoice)
