"""The rows of an export, from those of the database."""

from collections.abc import Callable, Iterator, Sequence

from ..documents.rows import CreditNoteRow, DiscrepancyRow, InvoiceRow, LedgerRow, PaymentRow, Row
from ..domain.export import ExportKind
from ..domain.paris import day_in_paris
from ..models import Discrepancy, LedgerEntry, Payment
from .compose_invoice import payer_of
from .export_scope import Scope
from .export_sources import chunks, credit_notes, in_order, shown_invoices


def read_rows(scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
    for chunk in chunks(keys):
        yield from READERS[scope.kind](scope, chunk)


def _read_invoices(scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
    for shown, bean in shown_invoices(scope.regie, keys):
        yield InvoiceRow(
            regie=scope.regie.code,
            number=shown.number,
            family_id=shown.family_id,
            payer=payer_of(bean, shown.family_id).name,
            label=shown.label,
            invoice_date=shown.invoice_date,
            due_date=shown.due_date,
            total=shown.total,
            paid=shown.paid,
            remaining=shown.remaining,
            payment_date=shown.payment_date,
        )


def _read_credit_notes(scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
    for note in credit_notes(keys):
        step = note.last_step
        yield CreditNoteRow(
            regie=scope.regie.code,
            number=note.number,
            day=day_in_paris(note.issued_at),
            family_id=note.payment.family_id,
            invoice_number=note.payment.invoice_number,
            transaction_id=note.payment.transaction_id,
            amount=note.amount,
            reason=note.reason,
            refund=step.progress,
            refunded_on=step.done_on,
            refund_reference=step.reference,
        )


def _read_payments(scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
    for payment in in_order(Payment.objects.defer('notification'), keys):
        yield payment_row(payment, scope.regie.code)


def payment_row(payment: Payment, regie_code: str) -> PaymentRow:
    """As in an export; the API lists the same."""
    return PaymentRow(
        id=payment.pk,
        regie=regie_code,
        transaction_id=payment.transaction_id,
        family_id=payment.family_id,
        invoice_number=payment.invoice_number,
        paid_at=payment.paid_at,
        received_at=payment.received_at,
        amount=payment.amount,
        surplus=payment.surplus,
        state=payment.state,
        attention=payment.attention,
        sent_at=payment.sent_at,
        confirmed_at=payment.seen_at,
        order_id=payment.order_id,
        bank_transaction_id=payment.bank_transaction_id,
    )


def _read_ledger(scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
    for entry in in_order(LedgerEntry.objects.all(), keys):
        yield LedgerRow(
            regie=scope.regie.code,
            year=entry.year,
            n=entry.n,
            day=entry.day,
            kind=entry.kind,
            means=entry.means,
            reference=entry.reference,
            amount=entry.amount,
            source=entry.source,
            written_at=entry.written_at,
            previous_hash=entry.previous_hash,
            hash=entry.hash,
        )


def _read_discrepancies(scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
    for item in in_order(Discrepancy.objects.all(), keys):
        yield DiscrepancyRow(
            n=item.n,
            kind=item.kind,
            family_id=item.family_id,
            invoice_number=item.invoice_number,
            reference=item.reference,
            day=item.day,
            expected=item.expected,
            shown=item.shown,
            amount=item.amount,
            action=item.action,
        )


READERS: dict[ExportKind, Callable[[Scope, Sequence[int]], Iterator[Row]]] = {
    ExportKind.INVOICES: _read_invoices,
    ExportKind.CREDIT_NOTES: _read_credit_notes,
    ExportKind.PAYMENTS: _read_payments,
    ExportKind.LEDGER: _read_ledger,
    ExportKind.RECONCILIATION: _read_discrepancies,
}
