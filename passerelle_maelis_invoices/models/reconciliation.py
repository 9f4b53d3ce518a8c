from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from ..domain.reconciliation import Kind
from .payment import Payment
from .regie import Regie

KIND_LABELS = {
    Kind.LATE: 'en retard',
    Kind.LOST: 'perdu',
    Kind.DOUBLED: 'compté deux fois',
    Kind.AMOUNT: 'autre montant',
    Kind.REVERSED: 'annulé ici, visible dans Maelis',
    Kind.ELSEWHERE: 'payé par ailleurs',
    Kind.VANISHED: 'facture disparue',
    Kind.UNKNOWN: 'facture inconnue',
    Kind.BANK_ONLY: 'payé à la banque, inconnu ici',
    Kind.NOT_AT_BANK: 'ici, inconnu à la banque',
    Kind.BANK_AMOUNT: 'autre montant à la banque',
}


class ReconciliationQuerySet(models.QuerySet['Reconciliation']):
    def unfinished(self, now: datetime) -> Self:
        """Those that nobody is working on, oldest first."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
        return self.filter(free, finished_at__isnull=True).order_by('started_at', 'pk')


class Reconciliation(models.Model):
    """A comparison of a régie's payments of some days with what Maelis, and perhaps the bank, show."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    first_day = models.DateField('du')
    last_day = models.DateField('au')
    started_at = models.DateTimeField('demandé le')
    actor = models.CharField('par', max_length=150)
    finished_at = models.DateTimeField('terminé le', null=True)
    error = models.TextField('erreur', blank=True)

    families = models.PositiveIntegerField('familles à lire', default=0)
    families_read = models.PositiveIntegerField('familles lues', default=0)
    #: The families read so far come before this one, itself included.
    cursor = models.CharField(max_length=100, blank=True)
    unread = models.JSONField('familles non lues', default=list)
    lease_until = models.DateTimeField(null=True)

    payments = models.PositiveIntegerField('règlements comparés', default=0)
    #: Sums of money by place, as text; see ``domain.balance``.
    balance = models.JSONField('situation', default=dict)
    bank_file = models.CharField('fichier de la banque', max_length=200, blank=True)
    #: Its lines, until they are compared.
    bank_lines = models.JSONField(null=True)

    objects = ReconciliationQuerySet.as_manager()

    class Meta:
        verbose_name = 'rapprochement'
        verbose_name_plural = 'rapprochements'
        ordering = ['-started_at', '-pk']

    def __str__(self) -> str:
        return f'{self.regie}, du {self.first_day:%d/%m/%Y} au {self.last_day:%d/%m/%Y}'

    @property
    def complete(self) -> bool:
        """Finished, and Maelis was read for every family."""
        return self.finished_at is not None and not self.error and not self.unread


class Discrepancy(models.Model):
    """One difference that a reconciliation found."""

    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.CASCADE, related_name='discrepancies', verbose_name='rapprochement'
    )
    n = models.PositiveIntegerField('n°')
    kind = models.CharField(
        'nature', max_length=30, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, verbose_name='règlement')
    family_id = models.CharField('dossier famille', max_length=100, blank=True)
    invoice_number = models.CharField('facture', max_length=100, blank=True)
    reference = models.CharField('référence de transaction', max_length=200, blank=True)
    day = models.DateField('jour', null=True)
    #: What our rows lead one to expect, and what the other side shows.
    expected = models.DecimalField('attendu', max_digits=14, decimal_places=2, null=True)
    shown = models.DecimalField('montré', max_digits=14, decimal_places=2, null=True)
    amount = models.DecimalField('écart', max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = 'écart'
        verbose_name_plural = 'écarts'
        ordering = ['reconciliation', 'n']
        constraints = [models.UniqueConstraint(fields=['reconciliation', 'n'], name='maelis_discrepancy')]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def invoice_id(self) -> str:
        return f'{self.family_id}-{self.invoice_number}' if self.family_id else self.invoice_number

    @property
    def action(self) -> str:
        """What settles it, for the person who reads it."""
        return Kind(self.kind).action
