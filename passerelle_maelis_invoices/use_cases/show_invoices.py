"""Lay our payments over the stored figures of invoices."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from ..domain.invoice import InvoiceFigures, ShownInvoice
from ..domain.paris import day_in_paris
from ..domain.payment_states import State
from ..domain.show import PaymentMade, show_invoice
from ..models import Invoice, Payment, Regie
from ..models.prepared import columns, loaded, prepared

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
#: What laying a payment over an invoice needs.
PAYMENT = columns(
    Payment,
    'invoice_number',
    'state',
    'allotted',
    'elsewhere',
    'paid_at',
    'sent_amount',
    'baseline',
    'acknowledged_at',
    'withdrawn_at',
)
Row = tuple[Any, ...]


def show_invoices(regie: Regie, invoices: QuerySet[Invoice]) -> list[ShownInvoice]:
    """Newest first; an invoice that vanished from Maelis is shown only where we hold a payment on it."""
    families = invoices.order_by().values('family_id')
    payments = Payment.objects.laid_over().filter(regie=regie, family_id__in=families)
    return _shown(regie, _newest_first(invoices), payments.values_list(*PAYMENT))


def show_lists(regie: Regie, family_ids: tuple[str, ...]) -> list[ShownInvoice]:
    """The same for all that the families have, of which there is at least one."""
    return _shown(regie, _invoices(regie.pk, family_ids), _payments(regie.pk, family_ids))


@prepared(Invoice)
def _invoices(regie_id: int, family_ids: tuple[str, ...]) -> QuerySet[Invoice, Row]:
    return _newest_first(Invoice.objects.filter(regie=regie_id, family_id__in=family_ids))


@prepared(Payment)
def _payments(regie_id: int, family_ids: tuple[str, ...]) -> QuerySet[Payment, Row]:
    laid_over = Payment.objects.laid_over().filter(regie=regie_id, family_id__in=family_ids)
    return laid_over.values_list(*PAYMENT)


def _newest_first(invoices: QuerySet[Invoice]) -> QuerySet[Invoice, Row]:
    return invoices.order_by('-invoice_date', '-number').values_list(*COLUMNS, 'vanished_at')


def _shown(regie: Regie, invoices: Iterable[Row], payments: Iterable[Row]) -> list[ShownInvoice]:
    listed = [(InvoiceFigures(regie.code, *row[:-1]), row[-1] is not None) for row in invoices]
    made = _by_number(payments)
    today, policy = day_in_paris(timezone.now()), regie.policy
    return [
        show_invoice(
            figures,
            [_made(payment, figures) for payment in made.get(figures.number, ())],
            policy=policy,
            today=today,
            vanished=vanished,
        )
        for figures, vanished in listed
        if not vanished or any(_counts(payment) for payment in made.get(figures.number, ()))
    ]


def _by_number(payments: Iterable[Row]) -> dict[str, list[Payment]]:
    by_number: dict[str, list[Payment]] = defaultdict(list)
    for row in payments:
        payment = loaded(Payment, PAYMENT, row)
        by_number[payment.invoice_number].append(payment)
    return by_number


def _made(payment: Payment, figures: InvoiceFigures) -> PaymentMade:
    return PaymentMade(payment.counted_for(figures.total), day_in_paris(payment.paid_at), payment.withdrawal)


def _counts(payment: Payment) -> bool:
    return payment.state != State.REVERSED
