from decimal import Decimal

from django.db import models

from ..domain.invoice import InvoiceFigures
from .regie import Regie


class InvoiceList(models.Model):
    """When the invoices of one family in one régie were last read: an empty list is knowledge too."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    family_id = models.CharField('dossier famille', max_length=20)
    read_at = models.DateTimeField('lue le', null=True)
    reading_until = models.DateTimeField('lecture en cours jusqu’à', null=True)
    failed_at = models.DateTimeField('dernier échec', null=True)
    last_error = models.TextField('dernière erreur', blank=True)
    last_invoice_date = models.DateField('date de la dernière facture', null=True)

    class Meta:
        verbose_name = 'liste de factures'
        verbose_name_plural = 'listes de factures'
        constraints = [models.UniqueConstraint(fields=['regie', 'family_id'], name='maelis_invoice_list')]

    def __str__(self) -> str:
        return f'{self.regie_id}/{self.family_id}'


class Invoice(models.Model):
    """The local copy of an invoice: Maelis's bean as JSON, and the columns that lists need."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    number = models.CharField('numéro', max_length=50)
    family_id = models.CharField('dossier famille', max_length=20)
    label = models.TextField('libellé', blank=True)
    invoice_date = models.DateField('date')
    due_date = models.DateField('échéance', null=True)
    total = models.DecimalField('montant', max_digits=12, decimal_places=2)
    paid = models.DecimalField('payé selon Maelis', max_digits=12, decimal_places=2)
    paid_at_treasury = models.DecimalField('dont trésorerie', max_digits=12, decimal_places=2)
    has_pdf = models.BooleanField('PDF', default=False)
    bean = models.JSONField('InvoiceBean')
    bean_hash = models.CharField(max_length=64)
    changed_at = models.DateTimeField('changée le')
    vanished_at = models.DateTimeField('disparue de Maelis le', null=True, blank=True)

    class Meta:
        verbose_name = 'facture'
        verbose_name_plural = 'factures'
        constraints = [models.UniqueConstraint(fields=['regie', 'number'], name='maelis_invoice_number')]
        indexes = [
            models.Index(
                fields=['regie', 'family_id', '-invoice_date', '-number'], name='maelis_invoice_family'
            )
        ]

    def __str__(self) -> str:
        return f'{self.family_id}-{self.number}'

    @property
    def paid_directly(self) -> Decimal:
        return self.paid - self.paid_at_treasury

    @property
    def figures(self) -> InvoiceFigures:
        """What Maelis states; ``regie`` is loaded when it was not."""
        return InvoiceFigures(
            regie_code=self.regie.code,
            number=self.number,
            family_id=self.family_id,
            label=self.label,
            invoice_date=self.invoice_date,
            due_date=self.due_date,
            total=self.total,
            paid=self.paid,
            paid_at_treasury=self.paid_at_treasury,
            has_pdf=self.has_pdf,
        )
