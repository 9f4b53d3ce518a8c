"""The receipts ledger (livre de recettes): one book per régie and year, numbered from 1, each entry sealed.

An entry's hash is the SHA-256 of its canonical form, which holds the hash of the entry before it: a change of
any of them shows in every later one. The form names no person: only the payment's reference and row.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from .money import amount_text

#: What the first entry of a book carries in place of the hash of the one before.
NO_HASH = '0' * 64


class Kind(StrEnum):
    PAYMENT = 'payment'
    CREDIT_NOTE = 'credit-note'
    CREDIT_NOTE_CANCELLED = 'credit-note-cancelled'
    REVERSAL = 'reversal'


class Means(StrEnum):
    ONLINE = 'online'


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a book; ``amount`` is negative where money goes back or never came."""

    regie: str
    year: int
    n: int
    kind: str
    #: The accounting day, in Paris; always in ``year``.
    day: date
    written_at: datetime
    means: str
    amount: Decimal
    #: The portal's reference of the payment.
    reference: str
    #: The row that it accounts for: 'payment/12', 'credit-note/3'.
    source: str
    previous_hash: str


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry as it is stored, with the hash that it claims."""

    entry: Entry
    hash: str


@dataclass(frozen=True, slots=True)
class Lie:
    """The first entry of a book that does not hold, and why, for people."""

    n: int
    why: str


def canonical_form(entry: Entry) -> str:
    """JSON: every field by name, in alphabetical order, without spaces, accents as they are.

    The amount is '42.00', the day '2026-03-14', the moment '2026-03-14T09:26:53.589793+00:00', always in UTC
    and with six decimals.
    """
    moment = entry.written_at.astimezone(UTC).isoformat(timespec='microseconds')
    fields = {
        **asdict(entry),
        'amount': amount_text(entry.amount),
        'day': entry.day.isoformat(),
        'written_at': moment,
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(',', ':'))


def seal(entry: Entry) -> str:
    """The entry's hash, in hexadecimal."""
    return sha256(canonical_form(entry).encode()).hexdigest()


def first_lie(book: Iterable[SealedEntry]) -> Lie | None:
    """``book`` in the order of its numbers; reads it once, however long it is."""
    previous = NO_HASH
    for expected, sealed in enumerate(book, start=1):
        if sealed.entry.n != expected:
            return Lie(expected, f'l’écriture n° {expected} manque')
        if sealed.entry.previous_hash != previous:
            return Lie(expected, 'elle ne porte pas l’empreinte de l’écriture précédente')
        if seal(sealed.entry) != sealed.hash:
            return Lie(expected, 'son contenu ne correspond pas à son empreinte')
        previous = sealed.hash
    return None


def accounting_day(day: date, *, open_from: date | None) -> date:
    """The day on which a fact is entered: its own, or the first one that no closing has sealed."""
    return day if open_from is None else max(day, open_from)


def day_after_month(month: date) -> date:
    """The first day of the month after the one that ``month`` is in.

    >>> day_after_month(date(2026, 12, 14))
    datetime.date(2027, 1, 1)
    """
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
