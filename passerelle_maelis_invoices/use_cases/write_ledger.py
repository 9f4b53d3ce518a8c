"""Enter in the receipts ledger what happened since the last time.

Entries are written after the payments, by the worker: `pay` does not wait for a number, and nothing that
goes wrong here can fail a payment. What is due is found by the rows themselves (``ledger_due``), however
often this stops half-way; that it is entered once, the database sees to.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from ..domain.ledger import NO_HASH, Means, seal
from ..models import LedgerEntry, MonthClosing, Numbering, Payment, Regie, Series
from .ledger_facts import Fact, facts_of

#: Payments looked at in one transaction.
BATCH = 200
#: One writer at a time for a régie, whatever the books that it writes in.
ALL_YEARS = 0


def write_ledger(regie: Regie | None = None) -> int:
    """Returns the number of entries written; the ledger is then complete up to a moment ago."""
    due = Payment.objects.filter(ledger_due=True, amount__isnull=False)
    mine = due if regie is None else due.filter(regie=regie)
    books = Regie.objects.filter(pk__in=mine.values('regie').distinct())
    return sum(_write_book(book) for book in books)


def means_of(payment: Payment) -> Means:
    """By what the payer paid; whatever reaches us was paid online."""
    return Means.ONLINE


def _write_book(regie: Regie) -> int:
    written, after = 0, 0
    while batch := _due(regie, after):
        written += _write_batch(regie, batch)
        after = batch[-1]
    return written


def _due(regie: Regie, after: int) -> list[int]:
    """Oldest first; each one once a call, whatever becomes of it."""
    due = Payment.objects.filter(regie=regie, ledger_due=True, amount__isnull=False, pk__gt=after)
    return list(due.order_by('pk').values_list('pk', flat=True)[:BATCH])


def _write_batch(regie: Regie, pks: Sequence[int]) -> int:
    with transaction.atomic():
        # Held before the payments are read: what another writer entered meanwhile is then seen.
        Numbering.hold(Series.LEDGER_WRITER, regie, ALL_YEARS)
        payments = list(Payment.objects.filter(pk__in=pks).select_related('credit_note'))
        entered = set(LedgerEntry.objects.filter(payment__in=pks).values_list('payment_id', 'kind'))
        facts = [fact for fact in facts_of(payments) if (fact.payment.pk, fact.kind) not in entered]
        for year, dated in _by_year(regie, facts).items():
            _append(regie, year, dated)
        _enter(payments)
    return len(facts)


def _by_year(regie: Regie, facts: Iterable[Fact]) -> dict[int, list[tuple[date, Fact]]]:
    """With their accounting days, in the order in which things happened."""
    closings = list(MonthClosing.objects.filter(regie=regie))
    years: dict[int, list[tuple[date, Fact]]] = defaultdict(list)
    for fact in sorted(facts, key=lambda fact: (fact.at, fact.payment.pk)):
        day = fact.day(closings)
        years[day.year].append((day, fact))
    return years


def _append(regie: Regie, year: int, dated: Sequence[tuple[date, Fact]]) -> None:
    book = Numbering.hold(Series.LEDGER, regie, year)
    previous, now, rows = book.last_hash or NO_HASH, timezone.now(), []
    for n, (day, fact) in enumerate(dated, start=book.last + 1):
        row = LedgerEntry(
            regie=regie,
            year=year,
            n=n,
            kind=fact.kind,
            day=day,
            written_at=now,
            means=means_of(fact.payment),
            amount=fact.amount,
            reference=fact.payment.transaction_id,
            payment=fact.payment,
            credit_note=fact.credit_note,
            previous_hash=previous,
        )
        row.hash = previous = seal(row.sealed.entry)
        rows.append(row)
    LedgerEntry.objects.bulk_create(rows)
    book.give(len(rows), last_hash=previous)


def _enter(payments: Iterable[Payment]) -> None:
    """A payment that changed since it was read stays due: the next time sees what it became."""
    for payment in payments:
        read = Payment.objects.filter(pk=payment.pk, fence=payment.fence)
        read.update(ledger_due=False)
