from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('passerelle_maelis_invoices', '0008_not_shown'),
    ]

    operations = [
        migrations.AddField(
            model_name='reachability',
            name='awry_about',
            field=models.CharField(blank=True, max_length=100, verbose_name='répond de travers pour'),
        ),
    ]
