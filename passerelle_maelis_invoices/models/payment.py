from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q

from ..domain.attention import Attention, noteworthy
from ..domain.invoice import split_invoice_id
from ..domain.overlay import CountedPayment
from ..domain.payment_states import IN_FLIGHT, UNFINISHED, Event, State, next_state
from ..domain.withdrawal import Withdrawn
from ..errors import ConnectorError
from .api_client import ApiClient
from .regie import Regie
from .secrets import secret_hashes

STATE_LABELS = {
    State.RECORDED: 'enregistré',
    State.SENDING: 'en cours de transmission',
    State.UNCERTAIN: 'en doute',
    State.DELIVERED: 'transmis',
    State.CONFIRMED: 'visible dans Maelis',
    State.REFUSED: 'refusé par Maelis',
    State.CREDITED: 'avoir émis',
    State.REVERSED: 'annulé',
}
ATTENTION_LABELS = {
    Attention.UNKNOWN_INVOICE: 'facture inconnue de Maelis',
    Attention.NOTHING_DUE: 'plus rien à payer sur la facture',
    Attention.AMOUNT_UNREADABLE: 'montant illisible',
    Attention.UNDECIDED: 'impossible de savoir si Maelis l’a pris en compte',
    Attention.REFUSED: 'refusé par Maelis',
    Attention.OUT_OF_PATIENCE: 'non transmis après trente jours',
    Attention.NOT_SHOWN: 'accepté par Maelis, qui ne le montre pas',
}
#: Those that workers see to; of one that is not shown, Maelis is asked on while a person is.
FOR_WORKERS = Q(attention='') | Q(state=State.DELIVERED, attention=Attention.NOT_SHOWN)
#: Of a reversed payment: Maelis was told of it, and may show it.
STILL_IN_MAELIS = Q(
    acknowledged_at__isnull=False,
    withdrawn_at__isnull=True,
    sent_amount__isnull=False,
    baseline__isnull=False,
)

#: Before the digest that stands in place of the invoice of an erased payment.
ERASED_INVOICE = 'effacée:'
#: A person did this, with the payment on the screen.
DEALT_WITH = (Event.NOTED, Event.RESUBMITTED, Event.CREDITED, Event.REVERSED)


def erased_numbers(invoice_id: str) -> list[str]:
    """What the invoice of an erased payment may be called, under every key in force, the newest first."""
    return [f'{ERASED_INVOICE}{digest}' for digest in secret_hashes(invoice_id)]


class LeaseLost(ConnectorError):
    """The row was changed by someone else meanwhile: what was about to be written must not be."""

    http_status = 500
    err_class = 'lease-lost'
    message = 'Ce règlement vient d’être modifié ailleurs ; rechargez-le.'


class PaymentQuerySet(models.QuerySet['Payment']):
    def told(self, regie: Regie, transaction_id: str, invoice_id: str) -> Self:
        """The payment of which this is told again, at most one, erased ones included."""
        family_id, number = split_invoice_id(invoice_id)
        known = Q(family_id=family_id, invoice_number=number)
        erased = Q(family_id='', invoice_number__in=erased_numbers(invoice_id), erased_at__isnull=False)
        return self.filter(known | erased, regie=regie, transaction_id=transaction_id)

    def of_invoices(self, regie: Regie, numbers: list[str]) -> Self:
        return self.filter(regie=regie, invoice_number__in=numbers)

    def counted(self) -> Self:
        return self.exclude(state=State.REVERSED)

    def withdrawn(self) -> Self:
        """Reversed although Maelis accepted them, and not known to be removed from it."""
        return self.filter(STILL_IN_MAELIS, state=State.REVERSED)

    def laid_over(self) -> Self:
        """Those that change what readers are shown of their invoice."""
        return self.filter(STILL_IN_MAELIS | ~Q(state=State.REVERSED))

    def asked(self) -> Self:
        """Those that a person is asked about."""
        return self.filter(asked=True).exclude(state=State.REVERSED)

    def in_state(self, state: State) -> Self:
        return self.filter(FOR_WORKERS, state=state)

    def due(self, now: datetime) -> Self:
        """Oldest first."""
        return self.filter(FOR_WORKERS, next_attempt_at__lte=now).order_by('received_at', 'pk')

    def lapsed(self, now: datetime) -> Self:
        """Claimed by a worker that did not finish in time: nobody knows what became of the call."""
        return self.filter(state=State.SENDING, lease_until__lte=now).order_by('received_at', 'pk')


class Payment(models.Model):
    """A citizen's payment: the truth, the job of telling Maelis, and the audit trail, in one row."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    transaction_id = models.CharField('référence de transaction', max_length=200)
    family_id = models.CharField('dossier famille', max_length=100, blank=True)
    invoice_number = models.CharField('numéro de facture', max_length=100)
    client = models.ForeignKey(
        ApiClient, on_delete=models.SET_NULL, null=True, blank=True, verbose_name='reçu de'
    )

    amount = models.DecimalField(
        'montant',
        max_digits=12,
        decimal_places=2,
        null=True,
        help_text='Vide tant que le reste à payer est inconnu.',
    )
    allotted = models.DecimalField('imputé à la facture', max_digits=12, decimal_places=2, null=True)
    elsewhere = models.DecimalField(
        'payé par ailleurs', max_digits=12, decimal_places=2, default=Decimal('0.00')
    )
    sent_amount = models.DecimalField('transmis à Maelis', max_digits=12, decimal_places=2, null=True)
    baseline = models.DecimalField(
        'payé selon Maelis avant l’envoi',
        max_digits=12,
        decimal_places=2,
        null=True,
        help_text='Hors trésorerie.',
    )

    paid_at = models.DateTimeField('payé le')
    received_at = models.DateTimeField('reçu le')
    sent_at = models.DateTimeField('envoyé le', null=True)
    acknowledged_at = models.DateTimeField('accepté par Maelis le', null=True)
    seen_at = models.DateTimeField('vu dans Maelis le', null=True)
    withdrawn_at = models.DateTimeField(
        'retiré de Maelis le', null=True, help_text='Pour un règlement annulé que Maelis avait accepté.'
    )

    state = models.CharField('état', max_length=20, choices=[(k.value, v) for k, v in STATE_LABELS.items()])
    attention = models.CharField(
        'à traiter', max_length=30, blank=True, choices=[(k.value, v) for k, v in ATTENTION_LABELS.items()]
    )
    oddities = models.JSONField('particularités', default=list, blank=True)
    asked = models.BooleanField('à signaler', default=False, editable=False)
    failures = models.PositiveIntegerField('échecs de suite', default=0)
    losses = models.PositiveIntegerField('réponses perdues', default=0)
    refusals = models.PositiveIntegerField('refus', default=0)
    next_attempt_at = models.DateTimeField('prochaine tentative', null=True)
    lease_until = models.DateTimeField('réservé jusqu’à', null=True)
    fence = models.PositiveIntegerField('version', default=0)
    ledger_due = models.BooleanField('à porter au livre', default=True, editable=False)

    order_id = models.CharField('commande', max_length=250, blank=True)
    bank_transaction_id = models.CharField('référence bancaire', max_length=250, blank=True)
    notification = models.TextField('notification reçue', blank=True)
    erased_at = models.DateTimeField(
        'effacé le', null=True, help_text='Il n’en reste que ce que la comptabilité garde.'
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = 'règlement'
        verbose_name_plural = 'règlements'
        constraints = [
            models.UniqueConstraint(
                fields=['regie', 'transaction_id', 'family_id', 'invoice_number'], name='maelis_payment_once'
            ),
            models.UniqueConstraint(
                fields=['regie', 'invoice_number'],
                condition=Q(state__in=[state.value for state in IN_FLIGHT]),
                name='maelis_payment_in_flight',
            ),
        ]
        indexes = [
            models.Index(fields=['regie', 'invoice_number'], name='maelis_payment_invoice'),
            models.Index(fields=['regie', 'family_id'], name='maelis_payment_family'),
            models.Index(fields=['regie', 'state'], name='maelis_payment_state'),
            models.Index(
                fields=['state', 'next_attempt_at'],
                condition=Q(state__in=[state.value for state in UNFINISHED]),
                name='maelis_payment_due',
            ),
            models.Index(fields=['received_at'], condition=Q(asked=True), name='maelis_payment_asked'),
            models.Index(fields=['regie'], condition=Q(ledger_due=True), name='maelis_payment_to_enter'),
        ]

    def __str__(self) -> str:
        return f'{self.transaction_id} ({"effacé" if self.erased_at else self.invoice_id})'

    @property
    def invoice_id(self) -> str:
        return f'{self.family_id}-{self.invoice_number}' if self.family_id else self.invoice_number

    @invoice_id.setter
    def invoice_id(self, invoice_id: str) -> None:
        self.family_id, self.invoice_number = split_invoice_id(invoice_id)

    @property
    def surplus(self) -> Decimal | None:
        """What the invoice did not take, for the payer to get back; ``None`` while it is not known."""
        taken = self.allotted if self.sent_amount is None else self.sent_amount
        return None if self.amount is None or taken is None else self.amount - taken

    def others_of_invoice(self) -> PaymentQuerySet:
        """Our other payments of the same invoice, whatever became of them."""
        same = Payment.objects.of_invoices(self.regie, [self.invoice_number])
        return same.filter(family_id=self.family_id).exclude(pk=self.pk)

    def counted_for(self, total: Decimal) -> CountedPayment:
        """As the overlay counts it; a payment whose amount is unknown settles the whole invoice."""
        amount = total if self.allotted is None else self.allotted
        return CountedPayment(State(self.state), amount, self.elsewhere)

    @property
    def withdrawal(self) -> Withdrawn | None:
        """What Maelis may still show of a reversed payment; ``None`` when it is nothing."""
        shows = self.state == State.REVERSED and self.acknowledged_at and not self.withdrawn_at
        if not shows or self.sent_amount is None or self.baseline is None:
            return None
        return Withdrawn(self.sent_amount, self.baseline)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """For a new row; an old one is changed by ``apply`` and ``write``."""
        self.asked = bool(self.attention or noteworthy(self.oddities))
        super().save(*args, **kwargs)

    def apply(self, event: Event, *, actor: str, at: datetime, reason: str = '', **changes: Any) -> None:
        """The only way to change state: one fenced UPDATE and its journal entry, or LeaseLost.

        ``changes`` are other columns written with it. Raises ForbiddenTransition for a step not in the table.
        """
        before, after = State(self.state), next_state(State(self.state), event)
        attention = changes.get('attention', self.attention)
        dealt_with = {'asked': bool(attention)} if event in DEALT_WITH else {}
        with transaction.atomic():
            self._write(state=after.value, **dealt_with, **changes)
            self._tell(event, actor, at, reason, before)

    def write(self, **changes: Any) -> None:
        """Writes columns that are no state, fenced like a step; raises LeaseLost."""
        self._write(**changes)

    def journal(self, what: str, *, actor: str, at: datetime, reason: str = '', **changes: Any) -> None:
        """The same, with a line of its journal: for what happens to it in any state and changes none."""
        with transaction.atomic():
            self._write(**changes)
            self._tell(what, actor, at, reason, State(self.state))

    def _tell(self, what: str, actor: str, at: datetime, reason: str, before: State) -> None:
        self.events.create(
            n=self.fence,
            at=at,
            actor=actor,
            event=what,
            from_state=before,
            to_state=self.state,
            reason=reason,
        )

    def _write(self, **changes: Any) -> None:
        changes = {**self._news(changes), **changes}
        mine = Payment.objects.filter(pk=self.pk, fence=self.fence, state=self.state)
        if not mine.update(fence=F('fence') + 1, **changes):
            raise LeaseLost(detail=f'payment {self.pk}, fence {self.fence}')
        self.fence += 1
        for name, value in changes.items():
            setattr(self, name, value)

    def _news(self, changes: dict[str, Any]) -> dict[str, bool]:
        """Whether a person is asked from now on; nothing where the changes have no say in it."""
        if changes.get('attention') or noteworthy({*changes.get('oddities', ())} - {*self.oddities}):
            return {'asked': True}
        return {'asked': False} if self.attention and 'attention' in changes else {}


class PaymentEvent(models.Model):
    """One line of a payment's journal, never changed: who, when, from, to, why."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name='events', verbose_name='règlement'
    )
    n = models.PositiveIntegerField('n°')
    at = models.DateTimeField('le')
    actor = models.CharField('par', max_length=150)
    event = models.CharField('événement', max_length=30)
    from_state = models.CharField('de', max_length=20, blank=True)
    to_state = models.CharField('à', max_length=20)
    reason = models.TextField('motif', blank=True)

    class Meta:
        verbose_name = 'événement'
        verbose_name_plural = 'journal'
        ordering = ['payment', 'n']
        constraints = [models.UniqueConstraint(fields=['payment', 'n'], name='maelis_payment_event')]

    def __str__(self) -> str:
        return f'{self.n}. {self.from_state} → {self.to_state}'
