"""Decide, on figures that Maelis gave just now, what to send of a claimed payment, if anything."""

from django.utils import timezone

from ..domain.attention import Attention, Oddity
from ..domain.invoice import InvoiceFigures, remaining_amount
from ..domain.money import ZERO
from ..domain.overlay import CountedPayment, paid_amount, paid_elsewhere
from ..domain.payment_states import NOT_SENT, Event
from ..domain.readback import Verdict, verdict
from ..models import Payment
from .ask_maelis import Wanted, ask_maelis_for_one
from .read_invoices import is_family_id


def prepare_payment(payment: Payment, *, actor: str) -> bool:
    """True when the payment may be sent: what to send, and the figure it must move, are then committed.

    Otherwise it was found in Maelis already, or set aside for a person. Raises MaelisError or
    MisconfiguredConnector when the figures cannot be had, and LeaseLost.
    """
    figures = maelis_figures(payment)
    if figures is None:
        return _set_aside(payment, actor, Attention.UNKNOWN_INVOICE, 'Maelis ne liste pas cette facture')
    if payment.baseline is not None and payment.sent_amount is not None:
        already = verdict(before=payment.baseline, after=figures.paid_directly, amount=payment.sent_amount)
        if already is not Verdict.ABSENT:
            return _settle_earlier_try(payment, actor, already, figures)
    return _commit_what_to_send(payment, actor, figures)


def maelis_figures(payment: Payment) -> InvoiceFigures | None:
    """What Maelis says now of the payment's invoice, ``None`` when it does not list it."""
    if not is_family_id(payment.family_id):
        return None
    read = ask_maelis_for_one(Wanted(payment.regie, payment.family_id))
    figures = {item.figures.number: item.figures for item in read.invoices}
    return figures.get(payment.invoice_number)


def _settle_earlier_try(payment: Payment, actor: str, already: Verdict, figures: InvoiceFigures) -> bool:
    now = timezone.now()
    told = told_figures(payment, figures)
    if already is Verdict.UNDECIDED:
        return _set_aside(payment, actor, Attention.UNDECIDED, told)
    payment.apply(
        Event.FOUND,
        actor=actor,
        at=now,
        reason=told,
        acknowledged_at=now,
        next_attempt_at=now,
        lease_until=None,
    )
    return False


def _commit_what_to_send(payment: Payment, actor: str, figures: InvoiceFigures) -> bool:
    others = _others_that_maelis_may_hold(payment, figures)
    due = remaining_amount(figures.total, paid_amount(figures.paid, others))
    asked = due if payment.allotted is None else payment.allotted
    sent = min(asked, due)
    if sent <= ZERO:
        return _set_aside(payment, actor, Attention.NOTHING_DUE, f'Maelis montre {figures.paid} € payés')
    payment.write(
        amount=asked if payment.amount is None else payment.amount,
        allotted=asked,
        elsewhere=max(payment.elsewhere, paid_elsewhere(figures.paid, others)),
        sent_amount=sent,
        baseline=figures.paid_directly,
        sent_at=timezone.now(),
        oddities=[*payment.oddities, Oddity.SURPLUS] if sent < asked else payment.oddities,
    )
    return True


def _others_that_maelis_may_hold(payment: Payment, figures: InvoiceFigures) -> list[CountedPayment]:
    others = (
        Payment.objects.counted()
        .of_invoices(payment.regie, [payment.invoice_number])
        .filter(family_id=payment.family_id)
        .exclude(pk=payment.pk)
        .exclude(state__in=NOT_SENT)
    )
    return [other.counted_for(figures.total) for other in others]


def told_figures(payment: Payment, figures: InvoiceFigures) -> str:
    return (
        f'Avant l’envoi de {payment.sent_amount} €, Maelis montrait {payment.baseline} € payés ; '
        f'il en montre maintenant {figures.paid_directly}'
    )


def _set_aside(payment: Payment, actor: str, why: Attention, reason: str) -> bool:
    payment.apply(
        Event.SET_ASIDE,
        actor=actor,
        at=timezone.now(),
        reason=reason,
        attention=why,
        next_attempt_at=None,
        lease_until=None,
    )
    return False
