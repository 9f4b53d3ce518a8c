from django.db import models
from django.db.models import Q

from ..domain.incident import IncidentKind
from .connector import Connector
from .payment import ATTENTION_LABELS, Payment

KIND_LABELS: dict[IncidentKind, str] = {
    IncidentKind.LATE_PAYMENTS: 'règlements en retard',
    IncidentKind.MAELIS_DOWN: 'Maelis ne répond plus',
    IncidentKind.CONNECTOR_WAS_DOWN: 'la passerelle n’a pas répondu',
    IncidentKind.REJECTED_NOTIFICATIONS: 'notifications illisibles',
    IncidentKind.DRIFT: 'dérive du service de Maelis',
    IncidentKind.FOREIGN_INVOICES: 'factures d’autrui dans une réponse',
    IncidentKind.EXPORT_FAILED: 'export impossible',
    IncidentKind.REFRESH_STALLED: 'actualisation arrêtée',
}
KINDS = [
    *((kind.value, label) for kind, label in KIND_LABELS.items()),
    *((reason.value, label) for reason, label in ATTENTION_LABELS.items()),
]


class Alert(models.Model):
    """One incident, from the look that found it to the one that found it over."""

    connector = models.ForeignKey(
        Connector, on_delete=models.CASCADE, related_name='alerts', verbose_name='connecteur'
    )
    kind = models.CharField('nature', max_length=40, choices=KINDS)
    #: Tells two incidents of one kind apart.
    subject = models.CharField(max_length=200, blank=True)
    message = models.TextField('message')
    payments = models.ManyToManyField(
        Payment, related_name='alerts', blank=True, verbose_name='règlements concernés'
    )
    opened_at = models.DateTimeField('depuis')
    #: First look that did not find it any more; it is over when none finds it for a while.
    unseen_since = models.DateTimeField(null=True)
    closed_at = models.DateTimeField('terminée le', null=True)

    class Meta:
        verbose_name = 'alerte'
        verbose_name_plural = 'alertes'
        ordering = ['-opened_at']
        constraints = [
            models.UniqueConstraint(
                fields=['connector', 'kind', 'subject'],
                condition=Q(closed_at__isnull=True),
                name='maelis_alert_open_once',
            )
        ]

    def __str__(self) -> str:
        return self.message.partition('\n')[0]


class Telling(models.Model):
    """One message to send about an alert: made with the news, so that it is neither lost nor sent twice."""

    OPENED = 'opened'
    CLOSED = 'closed'
    EMAIL = 'email'
    WEBHOOK = 'webhook'

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name='tellings', verbose_name='alerte')
    news = models.CharField('nouvelle', max_length=10, choices=[(OPENED, 'début'), (CLOSED, 'fin')])
    by = models.CharField('par', max_length=10, choices=[(EMAIL, 'courriel'), (WEBHOOK, 'webhook')])
    told_at = models.DateTimeField('envoyée le', null=True)
    #: While somebody is sending it, the time at which that somebody is taken for dead.
    next_attempt_at = models.DateTimeField('prochaine tentative', null=True)
    failures = models.PositiveIntegerField('échecs', default=0)
    last_error = models.TextField('dernière erreur', blank=True)

    class Meta:
        verbose_name = 'envoi d’alerte'
        verbose_name_plural = 'envois d’alertes'
        ordering = ['pk']
        constraints = [models.UniqueConstraint(fields=['alert', 'news', 'by'], name='maelis_telling_once')]

    def __str__(self) -> str:
        return f'{self.alert_id}: {self.news}, {self.by}'
