"""An invoice as the portal reads it: the same object in list and detail."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..domain.invoice import NOTHING_DUE, ShownInvoice
from ..domain.money import amount_text

Payload = dict[str, Any]


def invoice_payload(invoice: ShownInvoice) -> Payload:
    remaining = amount_text(invoice.remaining)
    due_date = _date_text(invoice.due_date)
    payable, active = invoice.not_payable is None, invoice.active
    return {
        'id': invoice.id,
        'display_id': invoice.number,
        'label': invoice.label,
        'invoice_label': invoice.label,
        'amount': remaining,
        'remaining_amount': remaining,
        'total_amount': amount_text(invoice.total),
        'amount_paid': amount_text(invoice.paid),
        'paid': not active,
        'created': _date_text(invoice.invoice_date),
        'pay_limit_date': due_date if active else '',
        'due_date': due_date,
        'payment_deadline_date': due_date,
        'online_payment': payable,
        'has_pdf': invoice.has_pdf,
        'disabled': not payable,
        'is_line': False,
        'payment_pending': invoice.payment_pending,
        **_absent_when_none(invoice),
    }


def pending_users_payload(pending: Mapping[str, Iterable[ShownInvoice]]) -> Payload:
    """By NameID, as the portal's reminders read it: remembered of Combo, whose source was not at hand."""
    return {
        name_id: {'invoices': [invoice_payload(invoice) for invoice in invoices]}
        for name_id, invoices in pending.items()
    }


def _absent_when_none(invoice: ShownInvoice) -> Payload:
    optional: Payload = {}
    if invoice.not_payable not in (None, NOTHING_DUE):
        optional['no_online_payment_reason'] = invoice.not_payable
    if invoice.payment_date and not invoice.active:
        optional['payment_date'] = _date_text(invoice.payment_date)
    return optional


def _date_text(day: date | None) -> str:
    return day.isoformat() if day else ''
