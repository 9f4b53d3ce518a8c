"""Keep what Maelis just said of one family in one régie: only what differs is written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import DateField, Q, QuerySet
from django.db.models.functions import Coalesce

from ..maelis import ReadInvoice
from ..models import Invoice, InvoiceList, Regie
from ..models.prepared import Changes, prepared, prepared_update
from .notice_shown_payments import notice_shown_payments
from .refuse_lost_figures import refuse_lost_figures

FROM_FIGURES = (
    'family_id',
    'label',
    'invoice_date',
    'due_date',
    'total',
    'paid',
    'paid_at_treasury',
    'has_pdf',
)
WRITTEN = (*FROM_FIGURES, 'bean', 'bean_hash', 'changed_at', 'vanished_at')


@dataclass(frozen=True, slots=True)
class Known:
    """What tells whether an invoice that we hold has changed."""

    pk: int
    number: str
    bean_hash: str
    vanished_at: datetime | None
    due_date: date | None
    paid: Decimal
    paid_at_treasury: Decimal

    @property
    def paid_directly(self) -> Decimal:
        return self.paid - self.paid_at_treasury


def store_invoices(
    *, regie: Regie, family_id: str, read: Sequence[ReadInvoice], asked_at: datetime, whole: bool = True
) -> None:
    """``asked_at`` is when Maelis was asked: an answer older than the stored one changes nothing.

    ``whole``: the answer was not limited to a period, so that an invoice it lacks has vanished.
    Raises UnusableAnswer, with nothing stored, when money or a deadline that we hold is not stated any more.
    """
    with transaction.atomic():
        if not _date_list(regie, family_id, read, asked_at):
            return
        known = {row.number: row for row in (Known(*columns) for columns in _known(regie.pk, family_id))}
        refuse_lost_figures(regie, known, read)
        _write(
            [_row(regie, item, asked_at) for item in read if not _same(known.get(item.figures.number), item)]
        )
        if whole:
            _mark_vanished(known.values(), {item.figures.number for item in read}, asked_at)
        notice_shown_payments(
            regie=regie,
            family_id=family_id,
            before={number: row.paid_directly for number, row in known.items()},
            now={item.figures.number: item.figures.paid_directly for item in read},
            at=asked_at,
        )


def _date_list(regie: Regie, family_id: str, read: Sequence[ReadInvoice], asked_at: datetime) -> bool:
    """Whether nothing newer is stored. A list that is empty leaves the date of the last invoice as it was."""
    last = max((item.figures.invoice_date for item in read), default=None)
    if _date(regie.pk, family_id, asked_at, last):
        return True
    InvoiceList.objects.bulk_create([InvoiceList(regie=regie, family_id=family_id)], ignore_conflicts=True)
    return bool(_date(regie.pk, family_id, asked_at, last))


@prepared_update(InvoiceList)
def _date(regie_id: int, family_id: str, asked_at: datetime, last: date | None) -> Changes:
    older = InvoiceList.objects.filter(
        Q(read_at__isnull=True) | Q(read_at__lt=asked_at), regie=regie_id, family_id=family_id
    )
    return older, {
        'read_at': asked_at,
        'last_error': '',
        'reading_until': None,
        'last_invoice_date': Coalesce(last, 'last_invoice_date', output_field=DateField()),
    }


@prepared(Invoice)
def _known(regie_id: int, family_id: str) -> QuerySet[Invoice, tuple[Any, ...]]:
    held = Invoice.objects.filter(regie=regie_id, family_id=family_id)
    return held.values_list(*(field.name for field in fields(Known)))


def _same(known: Known | None, item: ReadInvoice) -> bool:
    return known is not None and known.bean_hash == item.bean_hash and known.vanished_at is None


def _row(regie: Regie, item: ReadInvoice, at: datetime) -> Invoice:
    columns = {name: getattr(item.figures, name) for name in FROM_FIGURES}
    return Invoice(
        regie=regie,
        number=item.figures.number,
        bean=item.bean,
        bean_hash=item.bean_hash,
        changed_at=at,
        **columns,
    )


def _write(rows: list[Invoice]) -> None:
    if rows:
        Invoice.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=['regie', 'number'], update_fields=list(WRITTEN)
        )


def _mark_vanished(known: Collection[Known], listed: set[str], at: datetime) -> None:
    gone = [row.pk for row in known if row.vanished_at is None and row.number not in listed]
    if gone:
        Invoice.objects.filter(pk__in=gone).update(vanished_at=at)
