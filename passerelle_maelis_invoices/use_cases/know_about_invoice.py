"""What we know of the invoice that a payment names, for a person who must judge; Maelis is not asked."""

from dataclasses import dataclass

from ..domain.invoice import ShownInvoice, split_invoice_id
from ..models import Invoice, Payment, PaymentEvent, Regie
from .show_invoices import show_invoices

#: Invoices of the same family that are proposed instead.
PROPOSED = 5


@dataclass(frozen=True, slots=True)
class Known:
    #: As Maelis stated it, of this régie and family.
    invoice: Invoice | None = None
    #: As its payer sees it, with our payments laid over it.
    shown: ShownInvoice | None = None
    #: The other payments that name it, oldest first.
    others: tuple[Payment, ...] = ()
    #: The same family and number in other régies: payments never cross them.
    in_other_regies: tuple[Invoice, ...] = ()
    #: Where the régie does not have it: the same number of another family, then the family's own invoices.
    proposed: tuple[Invoice, ...] = ()
    #: The last step of the payment, with what was said of it.
    last_step: PaymentEvent | None = None


def know_about_invoice(regie: Regie, invoice_id: str, payment: Payment | None = None) -> Known:
    """``payment`` is left out of the others."""
    family_id, number = split_invoice_id(invoice_id)
    invoice = Invoice.objects.filter(regie=regie, family_id=family_id, number=number).first()
    return Known(
        invoice=invoice,
        shown=_shown(regie, invoice) if invoice else None,
        others=_others(regie, family_id, number, payment),
        in_other_regies=() if invoice else _in_other_regies(regie, family_id, number),
        proposed=() if invoice else _proposed(regie, family_id, number),
        last_step=payment.events.order_by('-n').first() if payment else None,
    )


def _shown(regie: Regie, invoice: Invoice) -> ShownInvoice | None:
    return next(iter(show_invoices(regie, Invoice.objects.filter(pk=invoice.pk))), None)


def _others(regie: Regie, family_id: str, number: str, payment: Payment | None) -> tuple[Payment, ...]:
    same = Payment.objects.of_invoices(regie, [number]).filter(family_id=family_id)
    others = same.exclude(pk=payment.pk) if payment else same
    return tuple(others.order_by('received_at', 'pk'))


def _in_other_regies(regie: Regie, family_id: str, number: str) -> tuple[Invoice, ...]:
    same = Invoice.objects.filter(regie__connector=regie.connector_id, family_id=family_id, number=number)
    return tuple(same.exclude(regie=regie).select_related('regie').order_by('regie__code'))


def _proposed(regie: Regie, family_id: str, number: str) -> tuple[Invoice, ...]:
    here = Invoice.objects.filter(regie=regie, vanished_at=None)
    same_number = here.filter(number=number).exclude(family_id=family_id)
    of_family = here.filter(family_id=family_id).order_by('-invoice_date', '-number') if family_id else ()
    return (*same_number, *of_family[:PROPOSED])
