"""Prove that a régie's ledger is whole, unchanged and says what the rows say; or name the entry that lies."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from ..domain.french import euros
from ..domain.ledger import NO_HASH, Kind, Lie, first_lie
from ..domain.money import summed
from ..domain.payment_states import State
from ..models import LedgerEntry, MonthClosing, Numbering, Payment, Regie, Series
from .ledger_facts import Fact, facts_of
from .write_ledger import means_of, write_ledger

#: Entries compared with their rows at a time.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of one book; it holds when ``lie`` is ``None``."""

    regie: Regie
    year: int
    entries: int
    total: Decimal
    last_hash: str
    lie: Lie | None


def verify_ledger(*, regie: Regie, year: int | None = None) -> list[Proof]:
    """Completes the ledger first; one proof per year, or that of ``year`` alone."""
    write_ledger(regie)
    entered = LedgerEntry.objects.filter(regie=regie).order_by().values_list('year', flat=True).distinct()
    numbered = Numbering.objects.filter(series=Series.LEDGER, regie=regie, last__gt=0)
    years = {*entered, *numbered.values_list('year', flat=True), *_years_missing(regie)}
    return [_prove(regie, one) for one in sorted(years) if year in (None, one)]


def _prove(regie: Regie, year: int) -> Proof:
    book = LedgerEntry.objects.filter(regie=regie, year=year)
    last, last_hash = book.order_by('-n').values_list('n', 'hash').first() or (0, NO_HASH)
    return Proof(
        regie=regie,
        year=year,
        entries=book.count(),
        total=summed(book.aggregate(total=Sum('amount'))['total']),
        last_hash=last_hash,
        lie=_first(
            first_lie(entry.sealed for entry in _in_order(book)),
            _against_rows(regie, book),
            _end(regie, year, last, last_hash),
            _missing(regie, year, last),
        ),
    )


def _first(*lies: Lie | None) -> Lie | None:
    found = [lie for lie in lies if lie is not None]
    return min(found, key=lambda lie: lie.n) if found else None


def _in_order(book: QuerySet[LedgerEntry]) -> Iterator[LedgerEntry]:
    return book.select_related('regie', 'credit_note').order_by('n').iterator(chunk_size=BATCH)


def _end(regie: Regie, year: int, last: int, last_hash: str) -> Lie | None:
    """Entries taken off the end break no chain, but the numbers that were given are kept beside it."""
    given = Numbering.objects.filter(series=Series.LEDGER, regie=regie, year=year).first()
    if given is None or given.last < last:
        return Lie(last, 'son numéro n’a jamais été donné')
    if given.last > last:
        return Lie(last + 1, f'l’écriture n° {last + 1} manque')
    return None if given.last_hash == last_hash else Lie(last, 'son empreinte n’est pas celle qui fut notée')


def _against_rows(regie: Regie, book: QuerySet[LedgerEntry]) -> Lie | None:
    closings = list(MonthClosing.objects.filter(regie=regie))
    entries = _in_order(book)
    while batch := list(islice(entries, BATCH)):
        facts = _facts({entry.payment_id for entry in batch})
        for entry in batch:
            why = _why_it_lies(entry, facts.get((entry.payment_id, entry.kind)), closings)
            if why:
                return Lie(entry.n, why)
    return None


def _facts(payment_ids: Iterable[int]) -> dict[tuple[int, str], Fact]:
    payments = Payment.objects.filter(pk__in=list(payment_ids)).select_related('credit_note')
    return {(fact.payment.pk, str(fact.kind)): fact for fact in facts_of(payments)}


def _why_it_lies(entry: LedgerEntry, fact: Fact | None, closings: Sequence[MonthClosing]) -> str | None:
    if fact is None:
        return f'aucun règlement {entry.reference} ne la justifie'
    if fact.amount != entry.amount:
        return f'elle porte {euros(entry.amount)}, le règlement {entry.reference} dit {euros(fact.amount)}'
    says = (entry.regie_id, entry.reference, entry.credit_note, entry.day, entry.means)
    is_so = (
        fact.payment.regie_id,
        fact.payment.transaction_id,
        fact.credit_note,
        fact.day(_closed_before(entry, closings)),
        means_of(fact.payment),
    )
    return None if says == is_so else f'elle ne dit pas la même chose que le règlement {entry.reference}'


def _closed_before(entry: LedgerEntry, closings: Iterable[MonthClosing]) -> list[MonthClosing]:
    """By number, not by clock: the machines that write may not agree on the time."""
    return [
        closing
        for closing in closings
        if closing.month.year < entry.year or (closing.month.year == entry.year and closing.last_n < entry.n)
    ]


def _years_missing(regie: Regie) -> set[int]:
    return {year for year, _ in _not_entered(regie)}


def _missing(regie: Regie, year: int, last: int) -> Lie | None:
    of_year = [reference for missing, reference in _not_entered(regie) if missing == year]
    return Lie(last + 1, f'le règlement {of_year[0]} n’y est pas porté') if of_year else None


def _not_entered(regie: Regie) -> list[tuple[int, str]]:
    """Year and reference of what a ledger that was just completed lacks."""
    entries = LedgerEntry.objects.filter(payment=OuterRef('pk'))
    lacking = Payment.objects.filter(
        ~Exists(entries.filter(kind=Kind.PAYMENT))
        | Q(state=State.REVERSED) & ~Exists(entries.filter(kind=Kind.REVERSAL))
        | Q(credit_note__isnull=False) & ~Exists(entries.filter(kind=Kind.CREDIT_NOTE)),
        regie=regie,
        amount__isnull=False,
        ledger_due=False,
    )
    closings = list(MonthClosing.objects.filter(regie=regie))
    facts = facts_of(lacking.select_related('credit_note').order_by('pk')[:BATCH])
    return [(fact.day(closings).year, fact.payment.transaction_id) for fact in facts]
