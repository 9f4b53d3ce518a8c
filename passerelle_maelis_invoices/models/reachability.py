from django.db import models

from .connector import Connector


class Reachability(models.Model):
    """How Maelis answers, shared by every process: the state of the connector's circuit breaker."""

    connector = models.OneToOneField(Connector, on_delete=models.CASCADE, related_name='reachability')
    failures = models.PositiveIntegerField('échecs de suite', default=0)
    failing_since = models.DateTimeField('ne répond plus depuis', null=True)
    #: Until then nobody waits for Maelis; then one caller tries.
    open_until = models.DateTimeField('prochain essai', null=True)
    last_error = models.TextField('dernière erreur', blank=True)
    #: Whom the last answer was for, when Maelis answered, but in a way that cannot be used.
    awry_about = models.CharField('répond de travers pour', max_length=100, blank=True)

    class Meta:
        verbose_name = 'disponibilité de Maelis'
        verbose_name_plural = 'disponibilité de Maelis'

    def __str__(self) -> str:
        return f'{self.connector_id}: {self.failures}'

    @property
    def in_words(self) -> str:
        """What ails Maelis, in French, for an administrator."""
        return 'Maelis répond, mais de travers' if self.awry_about else 'Maelis ne répond plus'


class Outage(models.Model):
    """A time during which one of the three did not answer.

    What the portal told while the connector was silent may have to be replayed; while Maelis or the worker
    was, payments only waited. Without ``connector``: all of them, since they are served by one site.
    """

    MAELIS = 'maelis'
    CONNECTOR = 'connector'
    WORKER = 'worker'
    WHO = ((MAELIS, 'Maelis'), (CONNECTOR, 'la passerelle'), (WORKER, 'le transmetteur de règlements'))

    connector = models.ForeignKey(
        Connector, on_delete=models.CASCADE, null=True, related_name='outages', verbose_name='connecteur'
    )
    who = models.CharField('qui', max_length=20, choices=WHO)
    began_at = models.DateTimeField('début')
    ended_at = models.DateTimeField('fin')

    class Meta:
        verbose_name = 'interruption'
        verbose_name_plural = 'interruptions'
        ordering = ['-began_at']

    def __str__(self) -> str:
        return f'{self.who}, {self.began_at:%d/%m/%Y %H:%M} – {self.ended_at:%d/%m/%Y %H:%M}'


class Heartbeat(models.Model):
    """When a kind of process was last known to be alive; the names are those of ``Outage.who``."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f'{self.name}: {self.at}'
