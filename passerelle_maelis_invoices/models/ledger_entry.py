from datetime import date

from django.db import models

from ..domain.ledger import Entry, Kind, Means, SealedEntry, day_after_month
from .credit_note import CreditNote
from .payment import Payment
from .regie import Regie

KIND_LABELS = {
    Kind.PAYMENT: 'règlement',
    Kind.CREDIT_NOTE: 'avoir',
    Kind.CREDIT_NOTE_CANCELLED: 'annulation d’avoir',
    Kind.REVERSAL: 'annulation de règlement',
}
MEANS_LABELS = {Means.ONLINE: 'en ligne'}


class LedgerEntry(models.Model):
    """A line of a régie's receipts ledger, written once; see ``domain.ledger`` for what seals it."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    year = models.PositiveIntegerField('exercice')
    n = models.PositiveIntegerField('n°')
    kind = models.CharField(
        'nature', max_length=30, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    day = models.DateField('jour comptable')
    written_at = models.DateTimeField('écrite le')
    means = models.CharField(
        'moyen', max_length=20, choices=[(means.value, label) for means, label in MEANS_LABELS.items()]
    )
    amount = models.DecimalField('montant', max_digits=12, decimal_places=2)
    reference = models.CharField('référence de transaction', max_length=200)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name='ledger_entries', verbose_name='règlement'
    )
    credit_note = models.ForeignKey(
        CreditNote,
        on_delete=models.PROTECT,
        null=True,
        related_name='ledger_entries',
        verbose_name='avoir',
    )
    previous_hash = models.CharField('empreinte précédente', max_length=64)
    hash = models.CharField('empreinte', max_length=64)

    class Meta:
        verbose_name = 'écriture'
        verbose_name_plural = 'livre de recettes'
        ordering = ['regie', 'year', 'n']
        constraints = [
            models.UniqueConstraint(fields=['regie', 'year', 'n'], name='maelis_ledger_number'),
            models.UniqueConstraint(fields=['payment', 'kind'], name='maelis_ledger_once'),
        ]
        indexes = [models.Index(fields=['regie', 'day'], name='maelis_ledger_day')]

    def __str__(self) -> str:
        return f'{self.year}/{self.n}'

    @property
    def sealed(self) -> SealedEntry:
        """``regie`` is loaded when it was not."""
        return SealedEntry(
            Entry(
                regie=self.regie.code,
                year=self.year,
                n=self.n,
                kind=self.kind,
                day=self.day,
                written_at=self.written_at,
                means=self.means,
                amount=self.amount,
                reference=self.reference,
                source=self.source,
                previous_hash=self.previous_hash,
            ),
            self.hash,
        )

    @property
    def source(self) -> str:
        credit_note = f' credit-note/{self.credit_note_id}' if self.credit_note_id else ''
        return f'payment/{self.payment_id}{credit_note}'


class MonthClosing(models.Model):
    """A month of a régie's ledger that a person closed: what comes to be known later is entered after it."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    month = models.DateField('mois', help_text='Son premier jour.')
    closed_at = models.DateTimeField('clos le')
    actor = models.CharField('par', max_length=150)
    last_n = models.PositiveIntegerField('dernière écriture')
    last_hash = models.CharField('son empreinte', max_length=64, blank=True)
    total = models.DecimalField('total du mois', max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = 'clôture mensuelle'
        verbose_name_plural = 'clôtures mensuelles'
        ordering = ['regie', 'month']
        constraints = [models.UniqueConstraint(fields=['regie', 'month'], name='maelis_month_closed_once')]

    def __str__(self) -> str:
        return f'{self.month:%m/%Y}'

    @property
    def open_from(self) -> date:
        return day_after_month(self.month)
