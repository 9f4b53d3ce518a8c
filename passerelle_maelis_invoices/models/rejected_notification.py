from typing import Self

from django.db import models

from .api_client import ApiClient
from .payment import Payment
from .regie import Regie


class RejectedNotificationQuerySet(models.QuerySet['RejectedNotification']):
    def unsettled(self) -> Self:
        """Those that a person is asked about."""
        return self.filter(settled_at=None)


class RejectedNotification(models.Model):
    """A notification that could not be read at all, kept as it came so that a person can replay it."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    invoice_id = models.CharField('facture visée', max_length=250)
    client = models.ForeignKey(ApiClient, on_delete=models.SET_NULL, null=True, verbose_name='reçu de')
    received_at = models.DateTimeField('reçue le', auto_now_add=True)
    body = models.TextField('contenu')
    reason = models.TextField('motif du rejet')
    settled_at = models.DateTimeField('traitée le', null=True)
    settled_by = models.CharField('traitée par', max_length=150, blank=True)
    outcome = models.TextField('suite donnée', blank=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name='+', verbose_name='règlement enregistré'
    )

    objects = RejectedNotificationQuerySet.as_manager()

    class Meta:
        verbose_name = 'notification rejetée'
        verbose_name_plural = 'notifications rejetées'
        ordering = ['-received_at']

    def __str__(self) -> str:
        return f'{self.invoice_id}, {self.received_at:%d/%m/%Y %H:%M}'
