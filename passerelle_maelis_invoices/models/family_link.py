from django.db import models

from .connector import Connector


class FamilyLink(models.Model):
    """A portal user may see a family's invoices; a family may have several users, a user several families."""

    connector = models.ForeignKey(
        Connector, on_delete=models.CASCADE, related_name='family_links', verbose_name='connecteur'
    )
    name_id = models.CharField('usager (NameID)', max_length=150)
    family_id = models.CharField('dossier famille', max_length=20)
    created_at = models.DateTimeField('rattaché le', auto_now_add=True)

    class Meta:
        verbose_name = 'rattachement'
        verbose_name_plural = 'rattachements'
        ordering = ['connector', 'name_id', 'family_id']
        constraints = [
            models.UniqueConstraint(fields=['connector', 'name_id', 'family_id'], name='maelis_family_link')
        ]
        indexes = [models.Index(fields=['connector', 'family_id'], name='maelis_link_family')]

    def __str__(self) -> str:
        return f'{self.name_id} → {self.family_id}'
