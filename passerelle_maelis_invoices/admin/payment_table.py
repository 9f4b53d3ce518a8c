"""A few payments in a table, each with the way to its own page."""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..models import Payment
from .amounts import euros
from .badges import attention_badge, state_badge


def payment_table(payments: Iterable[Payment]) -> SafeString | None:
    """``None`` when there are none."""
    rows = [
        {
            'payment': payment,
            'amount': euros(payment.amount),
            'state': state_badge(payment),
            'attention': attention_badge(payment) if payment.attention else '',
        }
        for payment in payments
    ]
    return (
        render_to_string('admin/passerelle_maelis_invoices/payment/table.html', {'rows': rows})
        if rows
        else None
    )
