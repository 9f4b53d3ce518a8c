from django.db import models
from django.db.models import Q

from .connector import Connector


class Reachability(models.Model):
    """How Maelis answers, shared by every process: the state of the connector's circuit breaker."""

    connector = models.OneToOneField(Connector, on_delete=models.CASCADE, related_name='reachability')
    failures = models.PositiveIntegerField('échecs de suite', default=0)
    failing_since = models.DateTimeField('ne répond plus depuis', null=True)
    #: Until then nobody waits for Maelis; then one caller tries.
    open_until = models.DateTimeField('prochain essai', null=True)
    last_error = models.TextField('dernière erreur', blank=True)

    class Meta:
        verbose_name = 'disponibilité de Maelis'
        verbose_name_plural = 'disponibilité de Maelis'

    def __str__(self) -> str:
        return f'{self.connector_id}: {self.failures}'


class Outage(models.Model):
    """A time during which Maelis, or this connector itself, did not answer: what to replay is in it."""

    MAELIS = 'maelis'
    CONNECTOR = 'connector'

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, null=True, related_name='outages')
    who = models.CharField(
        'qui', max_length=20, choices=[(MAELIS, 'Maelis'), (CONNECTOR, 'la passerelle elle-même')]
    )
    began_at = models.DateTimeField('début')
    ended_at = models.DateTimeField('fin')

    class Meta:
        verbose_name = 'interruption'
        verbose_name_plural = 'interruptions'
        ordering = ['-began_at']

    def __str__(self) -> str:
        return f'{self.who}, {self.began_at:%d/%m/%Y %H:%M} – {self.ended_at:%d/%m/%Y %H:%M}'


class Heartbeat(models.Model):
    """When a kind of process ('web', 'worker') was last known to be alive."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f'{self.name}: {self.at}'


class Alert(models.Model):
    """One incident: told once when it begins, once when it is over."""

    connector = models.ForeignKey(
        Connector, on_delete=models.CASCADE, related_name='alerts', verbose_name='connecteur'
    )
    kind = models.CharField('nature', max_length=40)
    subject = models.CharField('objet', max_length=200, blank=True)
    message = models.TextField('message')
    opened_at = models.DateTimeField('depuis')
    told_at = models.DateTimeField('signalée le', null=True)
    closed_at = models.DateTimeField('terminée le', null=True)
    closing_told_at = models.DateTimeField('fin signalée le', null=True)

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
        return self.message
