"""Lay our payments over the stored figures of invoices."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from ..domain.invoice import InvoiceFigures, ShownInvoice
from ..domain.paris import day_in_paris
from ..domain.show import PaymentMade, show_invoice
from ..models import Invoice, Payment, Regie

#: What a list needs, in the order of InvoiceFigures: never the bean.
COLUMNS = (
    'number',
    'family_id',
    'label',
    'invoice_date',
    'due_date',
    'total',
    'paid',
    'paid_at_treasury',
    'has_pdf',
)


def show_invoices(regie: Regie, invoices: QuerySet[Invoice]) -> list[ShownInvoice]:
    """Newest first; an invoice that vanished from Maelis is shown only where we hold a payment on it."""
    rows = invoices.order_by('-invoice_date', '-number').values_list(*COLUMNS, 'vanished_at')
    listed = [(InvoiceFigures(regie.code, *row[:-1]), row[-1] is not None) for row in rows]
    payments = _payments(regie, {figures.family_id for figures, _ in listed})
    today, policy = day_in_paris(timezone.now()), regie.policy
    return [
        show_invoice(
            figures,
            [_made(payment, figures) for payment in payments[figures.number]],
            policy=policy,
            today=today,
            vanished=vanished,
        )
        for figures, vanished in listed
        if not vanished or payments[figures.number]
    ]


def _payments(regie: Regie, family_ids: Iterable[str]) -> dict[str, list[Payment]]:
    by_number: dict[str, list[Payment]] = defaultdict(list)
    counted = Payment.objects.counted().filter(regie=regie, family_id__in=family_ids)
    for payment in counted.only('invoice_number', 'state', 'allotted', 'elsewhere', 'paid_at'):
        by_number[payment.invoice_number].append(payment)
    return by_number


def _made(payment: Payment, figures: InvoiceFigures) -> PaymentMade:
    return PaymentMade(payment.counted_for(figures.total), day_in_paris(payment.paid_at))
