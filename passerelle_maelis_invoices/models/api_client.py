from django.db import models

from .connector import Connector
from .regie import Regie
from .secrets import EncryptedListField


class ApiClient(models.Model):
    """Who may call: a portal that signs, a script with a key, or an account with a password."""

    name = models.CharField('nom', max_length=100, unique=True)
    active = models.BooleanField('actif', default=True)
    orig = models.CharField(
        'appelant (orig)',
        max_length=250,
        null=True,
        blank=True,
        unique=True,
        help_text='Nom que le portail donne en signant.',
    )
    keys = EncryptedListField(
        'clés de signature',
        blank=True,
        default=list,
        help_text='Deux clés peuvent servir pendant un renouvellement.',
    )
    api_key_hash = models.CharField(
        'empreinte de la clé d’API', max_length=64, blank=True, db_index=True, editable=False
    )
    username = models.CharField('compte (HTTP Basic)', max_length=100, null=True, blank=True, unique=True)
    password_hash = models.CharField('empreinte du mot de passe', max_length=64, blank=True, editable=False)
    connectors = models.ManyToManyField(Connector, related_name='api_clients', verbose_name='connecteurs')
    regies = models.ManyToManyField(
        Regie, blank=True, verbose_name='régies', help_text='Aucune : toutes celles des connecteurs choisis.'
    )

    may_export = models.BooleanField(
        'peut exporter',
        default=False,
        help_text='Demander et télécharger des exports, lire la liste des règlements.',
    )

    class Meta:
        verbose_name = 'client d’API'
        verbose_name_plural = 'clients d’API'
        ordering = ['name']

    def __str__(self) -> str:
        return self.name
