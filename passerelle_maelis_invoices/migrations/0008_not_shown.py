from django.db import migrations, models

REASONS = [
    ('unknown-invoice', 'facture inconnue de Maelis'),
    ('nothing-due', 'plus rien à payer sur la facture'),
    ('amount-unreadable', 'montant illisible'),
    ('undecided', 'impossible de savoir si Maelis l’a pris en compte'),
    ('refused', 'refusé par Maelis'),
    ('out-of-patience', 'non transmis après trente jours'),
    ('not-shown', 'accepté par Maelis, qui ne le montre pas'),
]
KINDS = [
    ('late-payments', 'règlements en retard'),
    ('maelis-down', 'Maelis ne répond plus'),
    ('connector-was-down', 'la passerelle n’a pas répondu'),
    ('rejected-notifications', 'notifications illisibles'),
    ('drift', 'dérive du service de Maelis'),
    ('foreign-invoices', 'factures d’autrui dans une réponse'),
    ('export-failed', 'export impossible'),
    *REASONS,
]


class Migration(migrations.Migration):
    """Only names change, no table."""

    dependencies = [
        ('passerelle_maelis_invoices', '0007_erasure'),
    ]

    operations = [
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=40, verbose_name='nature'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='attention',
            field=models.CharField(blank=True, choices=REASONS, max_length=30, verbose_name='à traiter'),
        ),
    ]
