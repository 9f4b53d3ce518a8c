import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import passerelle_maelis_invoices.models.document_settings


class Migration(migrations.Migration):
    dependencies = [
        ('passerelle_maelis_invoices', '0003_ledger_and_reconciliation'),
    ]

    operations = [
        migrations.AddField(
            model_name='apiclient',
            name='may_export',
            field=models.BooleanField(
                default=False,
                help_text='Demander et télécharger des exports, lire la liste des règlements.',
                verbose_name='peut exporter',
            ),
        ),
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(
                choices=[
                    ('late-payments', 'règlements en retard'),
                    ('maelis-down', 'Maelis ne répond plus'),
                    ('connector-was-down', 'la passerelle n’a pas répondu'),
                    ('rejected-notifications', 'notifications illisibles'),
                    ('drift', 'dérive du service de Maelis'),
                    ('foreign-invoices', 'factures d’autrui dans une réponse'),
                    ('export-failed', 'export impossible'),
                    ('unknown-invoice', 'facture inconnue de Maelis'),
                    ('nothing-due', 'plus rien à payer sur la facture'),
                    ('amount-unreadable', 'montant illisible'),
                    ('undecided', 'impossible de savoir si Maelis l’a pris en compte'),
                    ('refused', 'refusé par Maelis'),
                    ('out-of-patience', 'non transmis après trente jours'),
                ],
                max_length=40,
                verbose_name='nature',
            ),
        ),
        migrations.CreateModel(
            name='DocumentSettings',
            fields=[
                (
                    'id',
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name='ID'
                    ),
                ),
                (
                    'organisation',
                    models.CharField(
                        blank=True, help_text='Ville de Toulouse', max_length=200, verbose_name='organisme'
                    ),
                ),
                ('address', models.TextField(blank=True, verbose_name='adresse')),
                (
                    'siret',
                    models.CharField(
                        blank=True,
                        max_length=14,
                        validators=[
                            django.core.validators.RegexValidator(
                                '^[0-9]{14}$', 'Un SIRET a quatorze chiffres.'
                            )
                        ],
                        verbose_name='SIRET',
                    ),
                ),
                ('logo', models.BinaryField(blank=True, default=b'', verbose_name='logo')),
                ('vat_note', models.CharField(blank=True, max_length=300, verbose_name='mention de TVA')),
                ('footer', models.CharField(blank=True, max_length=300, verbose_name='pied de page')),
                (
                    'invoice_text',
                    models.TextField(
                        blank=True,
                        help_text='{{ number }}, {{ reference }}, {{ remaining }}…',
                        validators=[passerelle_maelis_invoices.models.document_settings.check_template],
                        verbose_name='texte des factures',
                    ),
                ),
                (
                    'credit_note_text',
                    models.TextField(
                        blank=True,
                        help_text='{{ number }}, {{ invoice_number }}, {{ amount }}…',
                        validators=[passerelle_maelis_invoices.models.document_settings.check_template],
                        verbose_name='texte des avoirs',
                    ),
                ),
                (
                    'receipt_text',
                    models.TextField(
                        blank=True,
                        help_text='{{ number }}, {{ invoice_number }}, {{ total }}…',
                        validators=[passerelle_maelis_invoices.models.document_settings.check_template],
                        verbose_name='texte des quittances',
                    ),
                ),
                (
                    'regie',
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name='document_settings',
                        to='passerelle_maelis_invoices.regie',
                        verbose_name='régie',
                    ),
                ),
            ],
            options={
                'verbose_name': 'modèle des documents',
                'verbose_name_plural': 'modèles des documents',
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                (
                    'id',
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name='ID'
                    ),
                ),
                (
                    'kind',
                    models.CharField(
                        choices=[
                            ('invoices', 'factures'),
                            ('credit-notes', 'avoirs'),
                            ('payments', 'règlements'),
                            ('ledger', 'livre de recettes'),
                            ('reconciliation', 'rapprochement'),
                        ],
                        max_length=20,
                        verbose_name='contenu',
                    ),
                ),
                (
                    'format',
                    models.CharField(
                        choices=[
                            ('pdf', 'PDF'),
                            ('json', 'JSON'),
                            ('xml', 'XML'),
                            ('csv', 'CSV'),
                            ('xlsx', 'tableur (xlsx)'),
                            ('factur-x', 'Factur-X'),
                        ],
                        max_length=10,
                        verbose_name='format',
                    ),
                ),
                ('first_day', models.DateField(blank=True, null=True, verbose_name='du')),
                ('last_day', models.DateField(blank=True, null=True, verbose_name='au')),
                ('family_id', models.CharField(blank=True, max_length=100, verbose_name='dossier famille')),
                ('requested_by', models.CharField(max_length=150, verbose_name='demandé par')),
                ('requested_at', models.DateTimeField(verbose_name='demandé le')),
                (
                    'state',
                    models.CharField(
                        choices=[('pending', 'en attente'), ('created', 'prêt'), ('failed', 'échoué')],
                        default='pending',
                        max_length=10,
                        verbose_name='état',
                    ),
                ),
                ('tries', models.PositiveIntegerField(default=0, verbose_name='essais')),
                ('next_attempt_at', models.DateTimeField(null=True, verbose_name='prochain essai')),
                ('lease_until', models.DateTimeField(null=True)),
                ('done', models.PositiveIntegerField(default=0, verbose_name='lignes écrites')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='lignes à écrire')),
                ('error', models.TextField(blank=True, verbose_name='erreur')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='terminé le')),
                ('cancelled_at', models.DateTimeField(null=True, verbose_name='abandonné le')),
                ('file', models.CharField(blank=True, max_length=200)),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='taille')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='disponible jusqu’au')),
                (
                    'reconciliation',
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to='passerelle_maelis_invoices.reconciliation',
                        verbose_name='rapprochement',
                    ),
                ),
                (
                    'regie',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to='passerelle_maelis_invoices.regie',
                        verbose_name='régie',
                    ),
                ),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'ordering': ['-requested_at', '-pk'],
                'indexes': [
                    models.Index(
                        condition=models.Q(('state', 'pending')),
                        fields=['requested_at'],
                        name='maelis_export_pending',
                    )
                ],
            },
        ),
    ]
