from django.db import models

from .connector import Connector


class NotedDrift(models.Model):
    """One way in which Maelis's answers differ from what we know; one row, however often it happens."""

    UNKNOWN = 'unknown'
    MISSING = 'missing'
    UNREADABLE = 'unreadable'
    FOREIGN = 'foreign'
    WHAT = (
        (UNKNOWN, 'élément inconnu'),
        (MISSING, 'élément absent'),
        (UNREADABLE, 'élément illisible'),
        (FOREIGN, 'facture d’une autre famille ou d’une autre régie'),
    )

    connector = models.ForeignKey(
        Connector, on_delete=models.CASCADE, related_name='drifts', verbose_name='connecteur'
    )
    operation = models.CharField('opération', max_length=40)
    element = models.CharField('élément', max_length=200)
    what = models.CharField('écart', max_length=20, choices=WHAT)
    first_seen_at = models.DateTimeField('vu la première fois le')
    last_seen_at = models.DateTimeField('vu la dernière fois le')
    count = models.PositiveBigIntegerField('fois', help_text='Noté une fois par minute au plus.')
    example = models.CharField(
        'exemple',
        max_length=200,
        blank=True,
        help_text='La forme seule : 9 pour des chiffres, a pour un mot.',
    )
    accepted = models.BooleanField(
        'accepté',
        default=False,
        help_text='Pour un montant payé ou une échéance que Maelis ne donne plus : accepter ses réponses.',
    )

    class Meta:
        verbose_name = 'dérive du service'
        verbose_name_plural = 'dérives du service'
        ordering = ['-last_seen_at', 'pk']
        constraints = [
            models.UniqueConstraint(
                fields=['connector', 'operation', 'element', 'what'], name='maelis_drift_once'
            )
        ]

    def __str__(self) -> str:
        return f'{self.operation} {self.element} : {self.get_what_display()}'
