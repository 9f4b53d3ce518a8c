from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..domain.paris import day_in_paris
from ..domain.refresh_plan import Night
from .connector import Connector


class RefreshRun(models.Model):
    """One night's refresh of the local copy; one that was killed is gone on with where it was.

    A connector has one that is neither finished nor abandoned, at most.
    """

    connector = models.ForeignKey(
        Connector, on_delete=models.CASCADE, related_name='refresh_runs', verbose_name='connecteur'
    )
    full = models.BooleanField('complète', default=False)
    started_at = models.DateTimeField('début')
    finished_at = models.DateTimeField('fin', null=True)
    abandoned_at = models.DateTimeField(
        'abandonnée le', null=True, help_text='Restée inachevée, puis remplacée par une autre.'
    )
    #: Somebody sees to it until then: the process that does it, or the cluster that shares it out.
    held_until = models.DateTimeField('suivie jusqu’à', null=True)
    slots = models.PositiveSmallIntegerField(
        'voies', default=0, help_text='Lots faits en même temps par les workers ; 0 : un seul processus.'
    )
    read = models.PositiveIntegerField('listes lues', default=0)
    failed = models.PositiveIntegerField('appels en échec', default=0)
    summary = models.TextField('bilan', blank=True)

    class Meta:
        verbose_name = 'actualisation'
        verbose_name_plural = 'actualisations'
        ordering = ['-started_at']
        indexes = [models.Index(fields=['connector', '-started_at'], name='maelis_refresh_latest')]
        constraints = [
            models.UniqueConstraint(
                fields=['connector'],
                condition=Q(finished_at__isnull=True, abandoned_at__isnull=True),
                name='maelis_refresh_one_open',
            )
        ]

    def __str__(self) -> str:
        return f'{self.connector_id}, {timezone.localtime(self.started_at):%d/%m/%Y %H:%M}'

    @property
    def night(self) -> Night:
        return Night(day_in_paris(self.started_at), self.started_at, self.full)
