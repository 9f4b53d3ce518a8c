"""Put right what a notification got wrong: the invoice that it names, or the amount."""

from collections.abc import Mapping
from copy import copy
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone

from ..domain.attention import Attention, Oddity
from ..domain.invoice import split_invoice_id
from ..domain.money import ZERO
from ..domain.payment_states import Event, State
from ..errors import BadRequest
from ..models import Payment
from .money_there_already import money_there_already


def link_payment_to_invoice(payment: Payment, *, invoice_id: str, actor: str, reason: str) -> None:
    """Attaches it to another invoice of its régie and sends it there; what came stays in ``notification``.

    Raises BadRequest without a reason, when that invoice already has this transaction, or once the payment
    has left.
    """
    family_id, number = split_invoice_id(invoice_id.strip())
    if not family_id:
        raise BadRequest('Donnez le numéro complet : dossier, tiret, facture ; par exemple 1312-30.')
    if payment.baseline is not None:
        raise BadRequest('Ce règlement a déjà été envoyé à Maelis, qui peut encore le montrer.')
    _correct(
        payment,
        actor,
        f'{payment.invoice_id} → {invoice_id.strip()}',
        reason,
        **_moved(payment, family_id, number),
    )


def give_payment_amount(payment: Payment, *, amount: Decimal, actor: str, reason: str) -> None:
    """Says what was paid where the notification does not, or not readably; raises BadRequest as above."""
    if amount <= ZERO:
        raise BadRequest('Le montant doit être positif.')
    if payment.amount is not None:
        raise BadRequest('Le montant de ce règlement est connu, et porté au livre de recettes.')
    oddities = [oddity for oddity in payment.oddities if oddity != Oddity.UNREADABLE_AMOUNT]
    corrected: dict[str, object] = {'amount': amount, 'allotted': amount, 'oddities': oddities}
    if payment.attention == Attention.AMOUNT_UNREADABLE:
        # It could not be weighed when it came.
        corrected |= _with_money_there(payment, oddities, corrected)
    _correct(payment, actor, f'montant : {amount} €', reason, **corrected)


def _moved(payment: Payment, family_id: str, number: str) -> dict[str, object]:
    """What was made of it for the former invoice says nothing of the new one: delivery weighs it."""
    there = {'family_id': family_id, 'invoice_number': number, 'allotted': payment.amount}
    kept = [oddity for oddity in payment.oddities if oddity not in _OF_THE_INVOICE]
    return {**there, **_with_money_there(payment, kept, there)}


def _with_money_there(
    payment: Payment, oddities: list[str], corrected: Mapping[str, object]
) -> dict[str, object]:
    """Money that is on the invoice before it is not taken for the payment."""
    put_right = copy(payment)
    for name, value in corrected.items():
        setattr(put_right, name, value)
    elsewhere, uncertain = money_there_already(put_right)
    return {'elsewhere': elsewhere, 'oddities': sorted({*oddities, *uncertain})}


def _correct(payment: Payment, actor: str, what: str, why: str, **changes: object) -> None:
    if not why.strip():
        raise BadRequest('Indiquez le motif de la correction.')
    if payment.state != State.RECORDED or payment.attention not in _CORRECTABLE:
        raise BadRequest('Seul un règlement mis de côté et jamais envoyé peut être corrigé.')
    now = timezone.now()
    try:
        payment.apply(
            Event.RESUBMITTED,
            actor=actor,
            at=now,
            reason=f'{what} ; {why.strip()}',
            attention='',
            next_attempt_at=now,
            **changes,
        )
    except IntegrityError:
        raise BadRequest('Cette transaction est déjà enregistrée sur cette facture.') from None


_OF_THE_INVOICE = (
    Oddity.SURPLUS,
    Oddity.PART_PAYMENT,
    Oddity.PAST_DUE_DATE,
    Oddity.VANISHED_INVOICE,
    Oddity.INVOICE_NOT_READ_YET,
    Oddity.TOLD_LATE,
    Oddity.SAID_ABSENT,
)
_CORRECTABLE = (Attention.UNKNOWN_INVOICE, Attention.AMOUNT_UNREADABLE, Attention.NOTHING_DUE)
