"""What was paid on an invoice before a payment got there, as far as the stored copy knows."""

from decimal import Decimal

from ..domain.attention import Oddity
from ..domain.money import ZERO
from ..domain.overlay import paid_elsewhere
from ..domain.withdrawal import still_shown
from ..models import Invoice, Payment


def money_there_already(payment: Payment) -> tuple[Decimal, set[Oddity]]:
    """The money from elsewhere, and what makes it uncertain, for a payment put right and not saved yet.

    Delivery takes money that comes on top of it for the payment itself, where there is enough of it.
    """
    held = Invoice.objects.filter(regie=payment.regie, family_id=payment.family_id)
    invoice = held.filter(number=payment.invoice_number).first()
    if invoice is None:
        return ZERO, {Oddity.INVOICE_NOT_READ_YET}
    late = {Oddity.TOLD_LATE} if _may_be_the_payment(payment, invoice) else set()
    return _elsewhere(payment, invoice), late


def _elsewhere(payment: Payment, invoice: Invoice) -> Decimal:
    rows = list(payment.others_of_invoice().laid_over())
    others = [other.counted_for(invoice.total) for other in rows]
    withdrawn = [other.withdrawal for other in rows if other.withdrawal]
    maelis_paid = invoice.paid - still_shown(invoice.figures.paid_directly, withdrawn)
    return paid_elsewhere(maelis_paid, others)


def _may_be_the_payment(payment: Payment, invoice: Invoice) -> bool:
    """The citizen had paid when Maelis said so: somebody may have entered the payment there by hand."""
    after = payment.paid_at < invoice.changed_at
    return after and ZERO < (payment.allotted or ZERO) <= invoice.figures.paid_directly
