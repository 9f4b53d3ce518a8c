"""What an export is about, and which rows that is."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from ..domain.export import ExportFormat, ExportKind
from ..domain.paris import start_of_day
from ..models import CreditNote, Discrepancy, Invoice, LedgerEntry, Payment, Reconciliation, Regie


@dataclass(frozen=True, slots=True)
class Scope:
    """What is exported: both days included, '' for every family."""

    regie: Regie
    kind: ExportKind
    format: ExportFormat
    first_day: date | None = None
    last_day: date | None = None
    family_id: str = ''
    reconciliation: Reconciliation | None = None


def keys_of(scope: Scope) -> 'array[int]':
    """The primary keys, in the order of the export; eight bytes each."""
    rows: QuerySet[Any] = QUERIES[scope.kind](scope)
    return array('q', rows.values_list('pk', flat=True).iterator(chunk_size=5000))


def _query_invoices(scope: Scope) -> QuerySet[Any]:
    rows = Invoice.objects.filter(regie=scope.regie, **_between(scope, 'invoice_date'), **_of_family(scope))
    return rows.order_by('invoice_date', 'number', 'pk')


def _query_credit_notes(scope: Scope) -> QuerySet[Any]:
    mine = {'regie': scope.regie, **_moments_between(scope, 'issued_at')}
    return CreditNote.objects.filter(**mine, **_of_family(scope, 'payment__family_id')).order_by('year', 'n')


def _query_payments(scope: Scope) -> QuerySet[Any]:
    mine = {'regie': scope.regie, **_moments_between(scope, 'received_at'), **_of_family(scope)}
    return Payment.objects.filter(**mine).order_by('received_at', 'pk')


def _query_ledger(scope: Scope) -> QuerySet[Any]:
    mine = {'regie': scope.regie, **_between(scope, 'day')}
    return LedgerEntry.objects.filter(**mine, **_of_family(scope, 'payment__family_id')).order_by('year', 'n')


def _query_discrepancies(scope: Scope) -> QuerySet[Any]:
    return Discrepancy.objects.filter(reconciliation=scope.reconciliation, **_of_family(scope)).order_by('n')


QUERIES: dict[ExportKind, Callable[[Scope], QuerySet[Any]]] = {
    ExportKind.INVOICES: _query_invoices,
    ExportKind.CREDIT_NOTES: _query_credit_notes,
    ExportKind.PAYMENTS: _query_payments,
    ExportKind.LEDGER: _query_ledger,
    ExportKind.RECONCILIATION: _query_discrepancies,
}


def _between(scope: Scope, field: str) -> dict[str, Any]:
    """For a column of days."""
    bounds = {f'{field}__gte': scope.first_day, f'{field}__lte': scope.last_day}
    return {name: day for name, day in bounds.items() if day is not None}


def _moments_between(scope: Scope, field: str) -> dict[str, Any]:
    """For a column of moments: days are days in Paris."""
    bounds: dict[str, Any] = {}
    if scope.first_day is not None:
        bounds[f'{field}__gte'] = start_of_day(scope.first_day)
    if scope.last_day is not None:
        bounds[f'{field}__lt'] = start_of_day(scope.last_day + timedelta(days=1))
    return bounds


def _of_family(scope: Scope, field: str = 'family_id') -> dict[str, str]:
    return {field: scope.family_id} if scope.family_id else {}
