from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('passerelle_maelis_invoices', '0009_awry'),
    ]

    operations = [
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
                    ('refresh-stalled', 'actualisation arrêtée'),
                    ('unknown-invoice', 'facture inconnue de Maelis'),
                    ('nothing-due', 'plus rien à payer sur la facture'),
                    ('amount-unreadable', 'montant illisible'),
                    ('undecided', 'impossible de savoir si Maelis l’a pris en compte'),
                    ('refused', 'refusé par Maelis'),
                    ('out-of-patience', 'non transmis après trente jours'),
                    ('not-shown', 'accepté par Maelis, qui ne le montre pas'),
                ],
                max_length=40,
                verbose_name='nature',
            ),
        ),
    ]
