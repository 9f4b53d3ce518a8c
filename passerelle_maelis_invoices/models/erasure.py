from django.db import models

from .connector import Connector

#: What stands in place of words that were erased.
ERASED = '(effacé)'


class Erasure(models.Model):
    """One family was erased: when, by whom, why and how much. Which one, nothing says any more."""

    connector = models.ForeignKey(
        Connector, on_delete=models.PROTECT, related_name='erasures', verbose_name='connecteur'
    )
    erased_at = models.DateTimeField('effacé le')
    actor = models.CharField('par', max_length=150)
    reason = models.TextField('motif')
    #: By what they are, in French.
    counts = models.JSONField('ce qui est parti', default=dict)

    class Meta:
        verbose_name = 'effacement'
        verbose_name_plural = 'effacements'
        ordering = ['-erased_at', '-pk']

    def __str__(self) -> str:
        return f'Effacement nº {self.pk}'


class ErasedWords(models.Model):
    """A row that may only grow, and loses its words: the triggers let nothing else through, and no other."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name='erased_words')
    table_name = models.CharField(max_length=100)
    row_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=['table_name', 'row_id'], name='maelis_erased_words')]

    def __str__(self) -> str:
        return f'{self.table_name} {self.row_id}'
