"""Everything that a person is asked about: payments, and notifications that nobody could read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast

from ..domain.attention import Attention, Oddity
from ..models import Invoice, Payment, RejectedNotification
from .know_about_invoice import Known, know_about_invoice


class Found(StrEnum):
    """What only other rows tell."""

    SECOND_TRANSACTION = 'second-transaction'
    OTHER_REGIE = 'other-regie'
    REJECTED = 'rejected-notification'


Reason = Attention | Oddity | Found


@dataclass(frozen=True, slots=True)
class Wanted:
    """``None``: all of them."""

    connector: str | None = None
    regie: int | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Anomaly:
    #: What came: one of the two.
    payment: Payment | None
    rejected: RejectedNotification | None
    known: Known


def count_anomalies(wanted: Wanted = Wanted()) -> int:
    return _payments(wanted).count() + _rejected(wanted).count()


def list_anomalies(wanted: Wanted, *, first: int, most: int) -> tuple[Anomaly, ...]:
    """The oldest first: ``most`` of them, from number ``first`` on, counted from 0."""
    keys = _keys(_payments(wanted), 'payment').union(_keys(_rejected(wanted), 'rejected'), all=True)
    chosen = list(keys.order_by('received_at', 'kind', 'pk')[first : first + most])
    payments = _by_pk(Payment.objects.select_related('regie__connector', 'client'), chosen, 'payment')
    rejected = _by_pk(
        RejectedNotification.objects.select_related('regie__connector', 'client'), chosen, 'rejected'
    )
    rows = {'payment': payments, 'rejected': rejected}
    return tuple(anomaly_of(rows[kind][pk]) for _, kind, pk in chosen if pk in rows[kind])


def anomaly_of(row: Payment | RejectedNotification) -> Anomaly:
    """The same of one row, whether a person is asked about it or not."""
    if isinstance(row, Payment):
        return Anomaly(row, None, know_about_invoice(row.regie, row.invoice_id, row))
    return Anomaly(None, row, know_about_invoice(row.regie, row.invoice_id))


def _payments(wanted: Wanted) -> QuerySet[Payment]:
    asked = _of(wanted, Payment.objects.asked())
    return asked if wanted.reason is None else _for_reason(asked, wanted.reason)


def _rejected(wanted: Wanted) -> QuerySet[RejectedNotification]:
    if wanted.reason in (None, Found.REJECTED):
        return _of(wanted, RejectedNotification.objects.unsettled())
    return RejectedNotification.objects.none()


def _of(wanted: Wanted, rows: 'QuerySet[Any]') -> 'QuerySet[Any]':
    if wanted.connector:
        rows = rows.filter(regie__connector__slug=wanted.connector)
    return rows.filter(regie=wanted.regie) if wanted.regie else rows


def _for_reason(asked: QuerySet[Payment], reason: Reason) -> QuerySet[Payment]:
    if isinstance(reason, Attention):
        return asked.filter(attention=reason)
    if isinstance(reason, Oddity):
        text = asked.annotate(oddities_text=Cast('oddities', TextField()))
        return text.filter(oddities_text__contains=f'"{reason}"')
    return FOUND[reason](asked)


def _second_transactions(asked: QuerySet[Payment]) -> QuerySet[Payment]:
    """Set aside, or odd, while another transaction counts as paying the same invoice."""
    others = Payment.objects.counted().filter(
        regie=OuterRef('regie'), family_id=OuterRef('family_id'), invoice_number=OuterRef('invoice_number')
    )
    return asked.filter(Exists(others.exclude(pk=OuterRef('pk'))))


def _of_other_regies(asked: QuerySet[Payment]) -> QuerySet[Payment]:
    """Of an invoice that its régie does not have, and another one has."""
    same = Invoice.objects.filter(family_id=OuterRef('family_id'), number=OuterRef('invoice_number'))
    elsewhere = same.filter(regie__connector=OuterRef('regie__connector')).exclude(regie=OuterRef('regie'))
    unknown = asked.filter(attention=Attention.UNKNOWN_INVOICE)
    return unknown.filter(Exists(elsewhere)).exclude(Exists(same.filter(regie=OuterRef('regie'))))


def _none(asked: QuerySet[Payment]) -> QuerySet[Payment]:
    return asked.none()


FOUND: dict[Found, Callable[[QuerySet[Payment]], QuerySet[Payment]]] = {
    Found.SECOND_TRANSACTION: _second_transactions,
    Found.OTHER_REGIE: _of_other_regies,
    Found.REJECTED: _none,
}


def _keys(rows: 'QuerySet[Any]', kind: str) -> 'QuerySet[Any, tuple[Any, ...]]':
    rows = rows.order_by().annotate(kind=Value(kind, CharField()))
    named: QuerySet[Any, tuple[Any, ...]] = rows.values_list('received_at', 'kind', 'id')
    return named


def _by_pk(rows: 'QuerySet[Any]', chosen: Iterable[tuple[Any, ...]], kind: str) -> dict[int, Any]:
    return rows.in_bulk([pk for _, its_kind, pk in chosen if its_kind == kind])
