"""A receipt (quittance) for what was paid through us on an invoice."""

from collections.abc import Sequence

from django.utils import timezone

from ..documents.document import PaymentReceived, Receipt
from ..documents.french import euros
from ..documents.write import receipt_bytes
from ..domain.invoice import split_invoice_id
from ..domain.paris import day_in_paris
from ..domain.payment_states import State
from ..errors import NotFound
from ..models import Invoice, Payment, Regie
from .compose_invoice import payer_of
from .letterhead import letterhead
from .read_invoices import is_family_id
from .show_invoices import show_invoices

#: Undone, or given back whole.
NOT_KEPT = (State.REVERSED, State.CREDITED)


def make_receipt(*, regie: Regie, invoice_id: str, family_ids: Sequence[str] | None) -> bytes:
    """A PDF with every payment that stands; ``None``: a trusted caller that names no user.

    Maelis is not asked: what we hold is enough. Raises NotFound when we hold no payment of it, and for
    somebody else's invoice just the same; MisconfiguredConnector without the libraries of documents.
    """
    family_id, _ = split_invoice_id(invoice_id)
    if not is_family_id(family_id) or (family_ids is not None and family_id not in family_ids):
        raise NotFound
    payments = _payments(regie, invoice_id)
    if not payments:
        raise NotFound
    return receipt_bytes(_receipt(regie, payments))


def _payments(regie: Regie, invoice_id: str) -> list[Payment]:
    family_id, number = split_invoice_id(invoice_id)
    mine = Payment.objects.filter(
        regie=regie, family_id=family_id, invoice_number=number, amount__isnull=False
    )
    return list(mine.exclude(state__in=NOT_KEPT).order_by('received_at', 'pk'))


def _receipt(regie: Regie, payments: Sequence[Payment]) -> Receipt:
    head, first = letterhead(regie), payments[0]
    rows = Invoice.objects.filter(regie=regie, number=first.invoice_number, family_id=first.family_id)
    invoice, shown = rows.first(), next(iter(show_invoices(regie, rows)), None)
    payer = payer_of(invoice.bean if invoice else {}, first.family_id)
    received = tuple(_received(payment) for payment in payments)
    total = euros(sum((item.amount for item in received[1:]), received[0].amount))
    values = {
        'number': _number(regie, first),
        'invoice_number': first.invoice_number,
        'family_id': first.family_id,
        'payer': payer.name,
        'regie': regie.label,
        'total': total,
    }
    return Receipt(
        number=_number(regie, first),
        day=day_in_paris(timezone.now()),
        sender=head.sender,
        payer=payer,
        invoice_number=first.invoice_number,
        invoice_label=invoice.label if invoice else '',
        payments=received,
        remaining=shown.remaining if shown else None,
        notes=head.notes('receipt', values),
    )


def _number(regie: Regie, first: Payment) -> str:
    """The same each time that the receipt is asked for."""
    return f'Q-{regie.code}-{first.pk}'


def _received(payment: Payment) -> PaymentReceived:
    assert payment.amount is not None  # noqa: S101 - filtered
    return PaymentReceived(
        payment.paid_at, payment.transaction_id, payment.amount, payment.bank_transaction_id
    )
