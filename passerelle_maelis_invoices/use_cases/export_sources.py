"""The rows of the database that an export needs, a few hundred at a time.

Between two chunks nothing is held open, neither cursor nor transaction: payments go on being recorded.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from ..domain.invoice import ShownInvoice
from ..models import CreditNote, Invoice, Regie
from .compose_invoice import Bean
from .show_invoices import show_invoices

#: Rows read with one statement: below what the oldest SQLite accepts as parameters.
CHUNK = 500


def chunks(keys: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), CHUNK):
        yield list(keys[start : start + CHUNK])


def in_order(rows: QuerySet[Any], keys: Sequence[int]) -> list[Any]:
    by_key = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [by_key[key] for key in keys if key in by_key]


def shown_invoices(regie: Regie, keys: Sequence[int]) -> Iterator[tuple[ShownInvoice, Bean]]:
    """One that vanished from Maelis is there only where we hold a payment on it."""
    rows = Invoice.objects.filter(pk__in=keys)
    shown = {invoice.number: invoice for invoice in show_invoices(regie, rows)}
    for invoice in in_order(Invoice.objects.only('number', 'bean'), keys):
        if invoice.number in shown:
            yield shown[invoice.number], invoice.bean


def credit_notes(keys: Sequence[int]) -> list[CreditNote]:
    notes = CreditNote.objects.select_related('regie__connector', 'payment')
    return in_order(notes.prefetch_related('refund_steps'), keys)
