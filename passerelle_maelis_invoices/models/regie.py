from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from ..domain.invoice import PaymentPolicy
from .connector import Connector


class Regie(models.Model):
    """A cash office: one bank account, one shop. Its code is text: '007' is not '7'."""

    connector = models.ForeignKey(
        Connector, on_delete=models.PROTECT, related_name='regies', verbose_name='connecteur'
    )
    code = models.CharField('code', max_length=50)
    label = models.CharField('libellé', max_length=250)
    active = models.BooleanField('active', default=True)
    online_payment = models.BooleanField('paiement en ligne', default=True)
    minimum_amount = models.DecimalField(
        'montant minimum',
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal('0.01'))],
    )
    maximum_amount = models.DecimalField(
        'montant maximum',
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal('0.01'))],
    )

    class Meta:
        verbose_name = 'régie'
        verbose_name_plural = 'régies'
        ordering = ['connector', 'code']
        constraints = [models.UniqueConstraint(fields=['connector', 'code'], name='maelis_regie_code')]

    def __str__(self) -> str:
        return f'{self.label} ({self.code})'

    def clean(self) -> None:
        minimum, maximum = self.minimum_amount, self.maximum_amount
        if minimum is not None and maximum is not None and minimum > maximum:
            raise ValidationError(
                'Le montant minimum dépasse le montant maximum : aucune facture ne pourrait être payée.'
            )

    @property
    def policy(self) -> PaymentPolicy:
        return PaymentPolicy(self.online_payment, self.minimum_amount, self.maximum_amount)
