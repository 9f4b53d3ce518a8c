"""Make a credit note for what a payment brought in too much: it is never sent to Maelis, it goes back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from ..domain.credit_note import Overpaid, Refund, amount_to_credit
from ..domain.invoice import remaining_amount
from ..domain.money import ZERO
from ..domain.overlay import CountedPayment, paid_amount, paid_elsewhere
from ..domain.paris import day_in_paris
from ..domain.payment_states import Event, State
from ..domain.withdrawal import still_shown
from ..errors import BadRequest
from ..models import CreditNote, Invoice, Numbering, Payment, Series


def issue_credit_note(payment: Payment, *, actor: str, reason: str) -> CreditNote:
    """For the whole surplus, once; its refund is then to be done.

    Raises BadRequest without a reason, while the surplus may still change, or when there is none (any more);
    LeaseLost when the payment changed meanwhile.
    """
    if not reason.strip():
        raise BadRequest('Indiquez le motif de l’avoir.')
    try:
        with transaction.atomic():
            return _issue(payment, actor, reason.strip())
    except IntegrityError:
        raise BadRequest('Un avoir a déjà été émis pour ce règlement.') from None


def why_no_credit_note(payment: Payment) -> str | None:
    """The reason, for people; ``None`` when ``issue_credit_note`` would make one."""
    if CreditNote.objects.filter(payment=payment).exists():
        return 'Un avoir a déjà été émis pour ce règlement.'
    try:
        _amount(payment)
        _settle(payment)
    except BadRequest as error:
        return str(error)
    return None


def _issue(payment: Payment, actor: str, reason: str) -> CreditNote:
    now = timezone.now()
    year = day_in_paris(now).year
    series = Numbering.hold(Series.CREDIT_NOTES, payment.regie, year)
    amount = _amount(payment)
    payment.apply(
        Event.CREDITED,
        actor=actor,
        at=now,
        reason=reason,
        ledger_due=True,
        **_settle(payment),
    )
    note = CreditNote.objects.create(
        regie=payment.regie,
        year=year,
        n=series.last + 1,
        payment=payment,
        amount=amount,
        issued_at=now,
        actor=actor,
        reason=reason,
    )
    series.give()
    _open_refund(note, actor, now)
    return note


def _amount(payment: Payment) -> Decimal:
    return amount_to_credit(
        Overpaid(State(payment.state), payment.attention, payment.amount, payment.surplus)
    )


def _settle(payment: Payment) -> dict[str, Any]:
    """What the payment's row must say from now on; a delivered one already says it.

    One that no invoice takes pays nothing any more. What paid the invoice instead is remembered with it, so
    that the invoice stays paid whatever Maelis says later.
    """
    if payment.state != State.RECORDED:
        return {}
    return {
        'allotted': ZERO,
        'elsewhere': _known_elsewhere(payment),
        'attention': '',
        'next_attempt_at': None,
    }


def _known_elsewhere(payment: Payment) -> Decimal:
    invoice = Invoice.objects.filter(regie=payment.regie, number=payment.invoice_number).first()
    if invoice is None or invoice.family_id != payment.family_id or invoice.vanished_at:
        return payment.elsewhere
    others, maelis_paid = _others(payment, invoice)
    if remaining_amount(invoice.total, paid_amount(maelis_paid, others)) > ZERO:
        raise BadRequest('La facture n’est pas soldée sans ce règlement : renvoyez-le plutôt à Maelis.')
    return max(payment.elsewhere, paid_elsewhere(maelis_paid, others))


def _others(payment: Payment, invoice: Invoice) -> tuple[list[CountedPayment], Decimal]:
    """Our other payments of the invoice, and what Maelis shows without those reversed."""
    rows = list(payment.others_of_invoice().laid_over())
    withdrawn = [row.withdrawal for row in rows if row.withdrawal]
    shown = still_shown(invoice.paid - invoice.paid_at_treasury, withdrawn)
    return [row.counted_for(invoice.total) for row in rows], invoice.paid - shown


def _open_refund(note: CreditNote, actor: str, at: datetime) -> None:
    note.refund_steps.create(n=1, progress=Refund.TO_DO, at=at, actor=actor)
