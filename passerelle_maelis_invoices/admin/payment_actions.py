"""What a person can do about a payment, each thing where it makes sense."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from ..domain.attention import Attention
from ..domain.payment_states import TRANSITIONS, Event, State
from ..models import CreditNote, Payment
from ..use_cases.correct_payment import give_payment_amount, link_payment_to_invoice
from ..use_cases.declare_withdrawn import declare_withdrawn_from_maelis
from ..use_cases.issue_credit_note import issue_credit_note, why_no_credit_note
from ..use_cases.list_anomalies import anomaly_of
from ..use_cases.note_payment_seen import note_payment_seen
from ..use_cases.resubmit_payment import resubmit_payment
from ..use_cases.reverse_payment import reverse_payment
from ..use_cases.settle_uncertain_payment import (
    declare_held_by_maelis,
    declare_not_held_by_maelis,
    is_not_shown,
)
from .action_forms import AmountForm, HowForm, InvoiceForm, ReasonForm, RemarkForm
from .actions import Action, Kind
from .anomaly_card import anomaly_card

Given = Mapping[str, Any]
CREDIT_NOTE = 'admin:passerelle_maelis_invoices_creditnote_change'


def _can(payment: Payment, event: Event) -> bool:
    return (State(payment.state), event) in TRANSITIONS


def _is_undecided(payment: Payment) -> bool:
    undecided = payment.state == State.UNCERTAIN and payment.attention == Attention.UNDECIDED
    return undecided or is_not_shown(payment)


def _may_be_linked(payment: Payment) -> bool:
    wrong = (Attention.UNKNOWN_INVOICE, Attention.NOTHING_DUE)
    never_sent = payment.state == State.RECORDED and payment.baseline is None
    return never_sent and payment.attention in wrong


def _lacks_amount(payment: Payment) -> bool:
    wanted = (Attention.AMOUNT_UNREADABLE, Attention.NOTHING_DUE, Attention.UNKNOWN_INVOICE)
    return payment.state == State.RECORDED and payment.amount is None and payment.attention in wanted


def _may_be_sent_again(payment: Payment) -> bool:
    """Not while its amount cannot be read: Maelis would be told of whatever is due."""
    stopped = bool(payment.attention) or payment.failures > 0
    unreadable = payment.attention == Attention.AMOUNT_UNREADABLE and payment.amount is None
    return _can(payment, Event.RESUBMITTED) and stopped and not unreadable


def _may_be_reversed(payment: Payment) -> bool:
    return _can(payment, Event.REVERSED) and payment.state != State.SENDING


def _may_be_seen(payment: Payment) -> bool:
    return payment.asked and not payment.attention and _can(payment, Event.NOTED)


def _new_credit_note(note: CreditNote) -> tuple[str, str]:
    return f'Avoir {note.number}', reverse(CREDIT_NOTE, args=[note.pk])


PAYMENT_ACTIONS: tuple[Action[Payment], ...] = (
    Action(
        name='held',
        label='Maelis l’a',
        explains='Le règlement sera tenu pour transmis et ne sera pas renvoyé. Vérifiez d’abord dans Maelis '
        'qu’il y est : sinon, la facture y resterait à payer.',
        form=HowForm,
        offered=_is_undecided,
        act=lambda payment, actor, given: declare_held_by_maelis(
            payment, actor=actor, reason=given['reason']
        ),
        done='tenu pour transmis.',
    ),
    Action(
        name='not-held',
        label='Maelis ne l’a pas',
        explains='Le règlement sera renvoyé à Maelis. S’il y est déjà, l’usager y aura payé deux fois : '
        'vérifiez-le d’abord.',
        form=HowForm,
        offered=_is_undecided,
        act=lambda payment, actor, given: declare_not_held_by_maelis(
            payment, actor=actor, reason=given['reason']
        ),
        done='sera renvoyé à Maelis.',
        danger=True,
    ),
    Action(
        name='amount',
        label='Indiquer le montant',
        explains='Le règlement sera transmis à Maelis avec ce montant. La notification reçue est conservée.',
        form=AmountForm,
        offered=_lacks_amount,
        act=lambda payment, actor, given: give_payment_amount(
            payment, amount=given['amount'], actor=actor, reason=given['reason']
        ),
        done='le montant est noté, le règlement sera transmis.',
    ),
    Action(
        name='link',
        label='Rattacher à une autre facture',
        explains='Le règlement sera transmis à Maelis pour cette facture, qui doit être de la même régie. '
        'La notification reçue est conservée.',
        form=InvoiceForm,
        offered=_may_be_linked,
        act=lambda payment, actor, given: link_payment_to_invoice(
            payment, invoice_id=given['invoice_id'], actor=actor, reason=given['reason']
        ),
        done='sera transmis pour cette facture.',
    ),
    Action(
        name='resubmit',
        label='Renvoyer à Maelis',
        explains='À faire une fois la cause réglée dans Maelis. Il ne sera transmis que ce qui reste dû.',
        form=RemarkForm,
        offered=_may_be_sent_again,
        act=lambda payment, actor, given: resubmit_payment(payment, actor=actor, reason=given['reason']),
        done='sera renvoyé à Maelis.',
    ),
    Action(
        name='credit-note',
        label='Émettre un avoir',
        explains='Un avoir sera émis pour tout le trop-perçu : cette somme ne sera jamais transmise à '
        'Maelis, elle est à rembourser à l’usager.',
        form=ReasonForm,
        offered=lambda payment: why_no_credit_note(payment) is None,
        act=lambda payment, actor, given: issue_credit_note(payment, actor=actor, reason=given['reason']),
        done='l’avoir est émis ; le remboursement est à faire.',
        leads_to=_new_credit_note,
    ),
    Action(
        name='seen',
        label='Marquer comme vu',
        explains='Le règlement suit son cours ; il ne sera plus signalé, sauf fait nouveau.',
        form=RemarkForm,
        offered=_may_be_seen,
        act=lambda payment, actor, given: note_payment_seen(payment, actor=actor, reason=given['reason']),
        done='marqué comme vu.',
    ),
    Action(
        name='withdrawn',
        label='Retiré de Maelis',
        explains='Ce règlement annulé n’est plus dans Maelis : son chiffre sera de nouveau cru tel quel.',
        form=HowForm,
        offered=lambda payment: payment.withdrawal is not None,
        act=lambda payment, actor, given: declare_withdrawn_from_maelis(
            payment, actor=actor, reason=given['reason']
        ),
        done='noté comme retiré de Maelis.',
    ),
    Action(
        name='reverse',
        label='Annuler le règlement',
        explains='La facture sera de nouveau à payer, pour autant que la passerelle le sache. Ni Maelis, ni '
        'l’usager ne sont prévenus : si Maelis l’a accepté, retirez-l’en ; si l’usager a payé, '
        'remboursez-le.',
        form=ReasonForm,
        offered=_may_be_reversed,
        act=lambda payment, actor, given: reverse_payment(payment, actor=actor, reason=given['reason']),
        done='annulé.',
        danger=True,
    ),
)


def last_step(payment: Payment) -> str:
    """Changes with every step of its journal, and not with what the worker only puts off."""
    last = payment.events.order_by('-n').first()
    return str(last.n) if last else ''


def _card(request: HttpRequest, payment: Payment) -> SafeString:
    return anomaly_card(anomaly_of(payment))


PAYMENTS: Kind[Payment] = Kind(PAYMENT_ACTIONS, last_step, _card)
