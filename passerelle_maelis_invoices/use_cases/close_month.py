"""Close a month of a régie's ledger: nothing is entered in it any more, and its total is kept."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from ..domain.ledger import day_after_month
from ..domain.money import summed
from ..domain.paris import day_in_paris
from ..errors import BadRequest
from ..models import LedgerEntry, MonthClosing, Numbering, Regie, Series
from .verify_ledger import verify_ledger
from .write_ledger import ALL_YEARS


def close_month(*, regie: Regie, month: date, actor: str) -> MonthClosing:
    """``month``: any day of it. What comes to be known of it later is entered in the first open month.

    Raises BadRequest while it lasts, when it or a later one is closed, and when the ledger does not hold.
    """
    month = month.replace(day=1)
    if day_in_paris(timezone.now()) < day_after_month(month):
        raise BadRequest('Ce mois n’est pas terminé.')
    lies = [proof.lie for proof in verify_ledger(regie=regie, year=month.year) if proof.lie]
    if lies:
        raise BadRequest(f'Le livre ne peut pas être clos : écriture n° {lies[0].n}, {lies[0].why}.')
    try:
        with transaction.atomic():
            return _close(regie, month, actor)
    except IntegrityError:
        raise BadRequest('Ce mois est déjà clos.') from None


def _close(regie: Regie, month: date, actor: str) -> MonthClosing:
    Numbering.hold(Series.LEDGER_WRITER, regie, ALL_YEARS)
    if MonthClosing.objects.filter(regie=regie, month__gte=month).exists():
        raise BadRequest('Ce mois, ou un mois suivant, est déjà clos.')
    year = LedgerEntry.objects.filter(regie=regie, year=month.year)
    last, last_hash = year.order_by('-n').values_list('n', 'hash').first() or (0, '')
    return MonthClosing.objects.create(
        regie=regie,
        month=month,
        closed_at=timezone.now(),
        actor=actor,
        last_n=last,
        last_hash=last_hash,
        total=_total(regie, month),
    )


def _total(regie: Regie, month: date) -> Decimal:
    entries = LedgerEntry.objects.filter(regie=regie, day__gte=month, day__lt=day_after_month(month))
    return summed(entries.aggregate(total=Sum('amount'))['total'])
