from typing import Self

from django.db import models
from django.db.models import OuterRef, Subquery

from ..domain.credit_note import Refund, credit_note_number
from .payment import Payment
from .regie import Regie

REFUND_LABELS = {Refund.TO_DO: 'à faire', Refund.DONE: 'fait', Refund.CANCELLED: 'sans objet'}


class CreditNoteQuerySet(models.QuerySet['CreditNote']):
    def with_refund(self) -> Self:
        """Adds ``refund``, the progress of the refund: its last step."""
        steps = RefundStep.objects.filter(credit_note=OuterRef('pk')).order_by('-n')
        return self.annotate(refund=Subquery(steps.values('progress')[:1]))

    def standing(self) -> Self:
        return self.with_refund().exclude(refund=Refund.CANCELLED)


class CreditNote(models.Model):
    """What a payment brought in too much, owed to the payer (avoir): one per payment, written once."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    year = models.PositiveIntegerField('exercice')
    n = models.PositiveIntegerField('n°')
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, related_name='credit_note', verbose_name='règlement'
    )
    amount = models.DecimalField('montant', max_digits=12, decimal_places=2)
    issued_at = models.DateTimeField('émis le')
    actor = models.CharField('par', max_length=150)
    reason = models.TextField('motif')

    objects = CreditNoteQuerySet.as_manager()

    class Meta:
        verbose_name = 'avoir'
        verbose_name_plural = 'avoirs'
        ordering = ['-year', '-n']
        constraints = [
            models.UniqueConstraint(fields=['regie', 'year', 'n'], name='maelis_credit_note_number')
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As printed; ``regie`` is loaded when it was not."""
        return credit_note_number(self.regie.code, self.year, self.n)

    @property
    def last_step(self) -> 'RefundStep':
        return max(self.refund_steps.all(), key=lambda step: step.n)


class RefundStep(models.Model):
    """One line of the journal of a refund, never changed; the last one says how far it is."""

    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, related_name='refund_steps', verbose_name='avoir'
    )
    n = models.PositiveIntegerField('n°')
    progress = models.CharField(
        'remboursement', max_length=20, choices=[(step.value, label) for step, label in REFUND_LABELS.items()]
    )
    at = models.DateTimeField('noté le')
    actor = models.CharField('par', max_length=150)
    done_on = models.DateField('fait le', null=True)
    reference = models.CharField('référence', max_length=100, blank=True)
    reason = models.TextField('motif', blank=True)

    class Meta:
        verbose_name = 'étape du remboursement'
        verbose_name_plural = 'journal du remboursement'
        ordering = ['credit_note', 'n']
        constraints = [models.UniqueConstraint(fields=['credit_note', 'n'], name='maelis_refund_step')]

    def __str__(self) -> str:
        return self.get_progress_display()
