"""Decide, on figures that Maelis gives just now, what to send of a claimed payment, if anything."""

from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from ..domain.attention import Attention, Oddity
from ..domain.invoice import InvoiceFigures
from ..domain.money import ZERO
from ..domain.overlay import CountedPayment
from ..domain.payment_states import NOT_SENT, Event, State
from ..domain.sending import Candidate, ToSend, Try, Unsendable, what_to_send
from ..domain.withdrawal import Withdrawn
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
        _set_aside(payment, actor, Attention.UNKNOWN_INVOICE, 'Maelis ne liste pas cette facture')
        return False
    others, withdrawn = _others(payment, figures)
    decision = what_to_send(_candidate(payment), figures, others, withdrawn)
    if isinstance(decision, ToSend):
        _commit(payment, decision, figures)
        return True
    _do_not_send(payment, actor, decision, figures)
    return False


def maelis_figures(payment: Payment) -> InvoiceFigures | None:
    """What Maelis says now of the payment's invoice, ``None`` when it does not list it."""
    if not is_family_id(payment.family_id):
        return None
    read = ask_maelis_for_one(Wanted(payment.regie, payment.family_id))
    figures = {item.figures.number: item.figures for item in read.invoices}
    return figures.get(payment.invoice_number)


def told_figures(payment: Payment, figures: InvoiceFigures) -> str:
    """The two figures that a person needs to judge what became of an earlier call."""
    if payment.sent_amount is None:
        return f'Jamais envoyé, mais Maelis montre {figures.paid} € payés : ce règlement y est peut-être déjà'
    return (
        f'Avant l’envoi de {payment.sent_amount} €, Maelis montrait {payment.baseline} € payés ; '
        f'il en montre maintenant {figures.paid_directly}'
    )


def may_be_hidden(payment: Payment) -> bool:
    """Maelis may have removed a reversed payment of the invoice since this one was sent, by as much."""
    others = payment.others_of_invoice().filter(state=State.REVERSED, sent_at__isnull=False)
    removable = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=payment.sent_at)
    return payment.sent_at is not None and others.filter(removable).exists()


def is_beside_one_not_shown(payment: Payment) -> bool:
    """A person said that Maelis holds another payment of the invoice, which was not in its figure yet."""
    said = payment.others_of_invoice().filter(state=State.CONFIRMED, seen_at__isnull=True)
    return any(not _was_in(other, payment.baseline) for other in said)


def _was_in(other: Payment, figure: Decimal | None) -> bool:
    if figure is None or other.baseline is None or other.sent_amount is None:
        return False
    return figure >= other.baseline + other.sent_amount


def _candidate(payment: Payment) -> Candidate:
    earlier = None
    if payment.baseline is not None and payment.sent_amount is not None:
        earlier = Try(
            payment.sent_amount, payment.baseline, may_be_hidden(payment), is_beside_one_not_shown(payment)
        )
    return Candidate(payment.allotted, _known_elsewhere(payment), earlier)


def _known_elsewhere(payment: Payment) -> Decimal | None:
    """Money that was there before the payment, hence not the payment itself; ``None``: nothing to fear."""
    if Oddity.SAID_ABSENT in payment.oddities:
        return None
    if Oddity.TOLD_LATE in payment.oddities:
        return max(ZERO, payment.elsewhere - (payment.allotted or ZERO))
    return ZERO if Oddity.INVOICE_NOT_READ_YET in payment.oddities else payment.elsewhere


def _others(payment: Payment, figures: InvoiceFigures) -> tuple[list[CountedPayment], list[Withdrawn]]:
    """Those that Maelis may hold, and those reversed that it may still show."""
    rows = list(payment.others_of_invoice().laid_over().exclude(state__in=NOT_SENT))
    withdrawn = [other.withdrawal for other in rows if other.withdrawal]
    return [other.counted_for(figures.total) for other in rows], withdrawn


def _commit(payment: Payment, decision: ToSend, figures: InvoiceFigures) -> None:
    short = decision.amount < decision.allotted
    payment.write(
        amount=decision.allotted if payment.amount is None else payment.amount,
        allotted=decision.allotted,
        elsewhere=decision.elsewhere,
        sent_amount=decision.amount,
        baseline=figures.paid_directly,
        sent_at=timezone.now(),
        oddities=sorted({*payment.oddities, Oddity.SURPLUS}) if short else payment.oddities,
    )


def _do_not_send(payment: Payment, actor: str, why: Unsendable, figures: InvoiceFigures) -> None:
    if why is Unsendable.NOTHING_DUE:
        _set_aside(payment, actor, Attention.NOTHING_DUE, f'Maelis montre {figures.paid} € payés')
        return
    now = timezone.now()
    found = {'acknowledged_at': now, 'failures': 0, 'next_attempt_at': now}
    undecided = {'attention': Attention.UNDECIDED, 'next_attempt_at': None}
    event, changes = (Event.FOUND, found) if why is Unsendable.FOUND else (Event.LOST, undecided)
    payment.apply(
        event, actor=actor, at=now, reason=told_figures(payment, figures), lease_until=None, **changes
    )


def _set_aside(payment: Payment, actor: str, why: Attention, reason: str) -> None:
    payment.apply(
        Event.SET_ASIDE,
        actor=actor,
        at=timezone.now(),
        reason=reason,
        attention=why,
        next_attempt_at=None,
        lease_until=None,
    )
