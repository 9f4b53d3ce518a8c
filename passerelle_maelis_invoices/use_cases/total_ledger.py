"""What the ledger adds up to: by day or by month, by régie and means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from ..domain.ledger import Kind
from ..domain.money import summed
from ..models import LedgerEntry, Regie


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """One line of totals; ``period`` is the day, or the first day of the month."""

    regie: Regie
    period: date
    means: str
    entries: int
    payments: Decimal
    #: Below zero: what went back by credit notes, those that were cancelled counted back.
    credit_notes: Decimal
    #: Below zero.
    reversals: Decimal

    @property
    def total(self) -> Decimal:
        return self.payments + self.credit_notes + self.reversals


def total_ledger(
    *, regies: Iterable[Regie], first_day: date, last_day: date, by: Literal['day', 'month'] = 'day'
) -> list[LedgerTotal]:
    """Of what is entered: ``write_ledger`` completes it first. In the order of régies, then of days."""
    known = {regie.pk: regie for regie in regies}
    entries = LedgerEntry.objects.filter(regie__in=known, day__range=(first_day, last_day))
    rows = (
        entries.order_by()
        .annotate(period=TruncMonth('day') if by == 'month' else F('day'))
        .values('regie', 'period', 'means')
        .annotate(
            entries=Count('pk'),
            payments=_sum(Kind.PAYMENT),
            credit_notes=_sum(Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_CANCELLED),
            reversals=_sum(Kind.REVERSAL),
        )
        .order_by('regie__code', 'regie', 'period', 'means')
    )
    return [_total(row, known[row['regie']]) for row in rows]


def _sum(*kinds: Kind) -> Sum:
    return Sum('amount', filter=Q(kind__in=kinds))


def _total(row: Mapping[str, Any], regie: Regie) -> LedgerTotal:
    return LedgerTotal(
        regie=regie,
        period=row['period'],
        means=row['means'],
        entries=row['entries'],
        payments=summed(row['payments']),
        credit_notes=summed(row['credit_notes']),
        reversals=summed(row['reversals']),
    )
