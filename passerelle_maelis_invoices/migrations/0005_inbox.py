import django.db.models.deletion
from django.db import migrations, models


def ask_about_those_that_wait(apps, schema_editor):
    """What waited for a person before there was an inbox is in it."""
    payments = apps.get_model('passerelle_maelis_invoices', 'Payment').objects
    payments.using(schema_editor.connection.alias).exclude(attention='').update(asked=True)


class Migration(migrations.Migration):

    dependencies = [
        ('passerelle_maelis_invoices', '0004_exports'),
    ]

    operations = [
        migrations.CreateModel(
            name='Anomaly',
            fields=[
            ],
            options={
                'verbose_name': 'anomalie à traiter',
                'verbose_name_plural': 'anomalies à traiter',
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('passerelle_maelis_invoices.payment',),
        ),
        migrations.AddField(
            model_name='payment',
            name='asked',
            field=models.BooleanField(default=False, editable=False, verbose_name='à signaler'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('asked', True)), fields=['received_at'], name='maelis_payment_asked'),
        ),
        migrations.AddField(
            model_name='rejectednotification',
            name='settled_at',
            field=models.DateTimeField(null=True, verbose_name='traitée le'),
        ),
        migrations.AddField(
            model_name='rejectednotification',
            name='settled_by',
            field=models.CharField(blank=True, max_length=150, verbose_name='traitée par'),
        ),
        migrations.AddField(
            model_name='rejectednotification',
            name='outcome',
            field=models.TextField(blank=True, verbose_name='suite donnée'),
        ),
        migrations.AddField(
            model_name='rejectednotification',
            name='payment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='passerelle_maelis_invoices.payment', verbose_name='règlement enregistré'),
        ),
        migrations.RunPython(ask_about_those_that_wait, migrations.RunPython.noop),
    ]
