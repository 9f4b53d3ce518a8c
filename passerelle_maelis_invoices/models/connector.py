from django.core.validators import MinValueValidator
from django.db import models

from .secrets import EncryptedTextField


class Connector(models.Model):
    """One Maelis deployment, and how to reach it."""

    slug = models.SlugField('identifiant', max_length=50, unique=True)
    title = models.CharField('titre', max_length=100)
    description = models.TextField('description', blank=True)
    wsdl_url = models.CharField(
        'adresse du WSDL',
        max_length=500,
        help_text='Par exemple https://maelis.example/services/InvoiceService?wsdl',
    )
    service_url = models.CharField(
        'adresse du service',
        max_length=500,
        blank=True,
        help_text='À remplir quand l’adresse annoncée par le WSDL n’est pas joignable d’ici.',
    )
    username = models.CharField('compte', max_length=100, blank=True)
    password = EncryptedTextField('mot de passe', blank=True)
    verify_tls = models.BooleanField('vérifier le certificat', default=True)
    ca_bundle = models.CharField(
        'autorité de certification', max_length=500, blank=True, help_text='Fichier PEM.'
    )
    client_certificate = models.CharField(
        'certificat client', max_length=500, blank=True, help_text='Fichier PEM, clé comprise.'
    )
    proxy_url = models.CharField('mandataire (proxy)', max_length=500, blank=True)
    deadline = models.FloatField(
        'délai d’attente (s)',
        default=2.0,
        validators=[MinValueValidator(0.1)],
        help_text='Pour une lecture entière.',
    )
    fresh_for = models.PositiveIntegerField(
        'fraîcheur de la copie (s)',
        default=300,
        help_text='Une liste plus récente est servie sans appeler Maelis.',
    )
    payment_lag = models.PositiveIntegerField(
        'délai d’apparition d’un règlement (s)',
        default=60,
        help_text='Temps que Maelis peut prendre pour montrer un règlement qu’il a accepté.',
    )
    refresh_rate = models.FloatField(
        'débit de l’actualisation (appels/s)',
        default=20.0,
        validators=[MinValueValidator(0.1)],
        help_text='Ce que Maelis accepte de recevoir de l’actualisation nocturne, en moyenne.',
    )
    treasury_included = models.BooleanField(
        'le montant payé comprend la trésorerie',
        default=False,
        help_text='À cocher si amountPaid contient déjà amountPaidTG.',
    )
    alert_emails = models.TextField('adresses d’alerte', blank=True, help_text='Une par ligne.')
    alert_webhook = models.CharField(
        'adresse à prévenir (webhook)',
        max_length=500,
        blank=True,
        help_text='Reçoit chaque alerte en JSON, par POST.',
    )

    class Meta:
        verbose_name = 'connecteur Maelis'
        verbose_name_plural = 'connecteurs Maelis'
        ordering = ['slug']

    def __str__(self) -> str:
        return self.title
