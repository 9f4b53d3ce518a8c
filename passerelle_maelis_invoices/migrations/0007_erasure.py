import django.db.models.deletion
from django.db import migrations, models

from passerelle_maelis_invoices.models.append_only import drop_sqlite_triggers


def unlock(apps, schema_editor):
    """Triggers name the table that goes; whatever migrates next lays those of the older code."""
    drop_sqlite_triggers(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('passerelle_maelis_invoices', '0006_refresh_shared'),
    ]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='erased_at',
            field=models.DateTimeField(help_text='Il n’en reste que ce que la comptabilité garde.', null=True, verbose_name='effacé le'),
        ),
        migrations.AlterField(
            model_name='outage',
            name='connector',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='outages', to='passerelle_maelis_invoices.connector', verbose_name='connecteur'),
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('erased_at', models.DateTimeField(verbose_name='effacé le')),
                ('actor', models.CharField(max_length=150, verbose_name='par')),
                ('reason', models.TextField(verbose_name='motif')),
                ('counts', models.JSONField(default=dict, verbose_name='ce qui est parti')),
                ('connector', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='passerelle_maelis_invoices.connector', verbose_name='connecteur')),
            ],
            options={
                'verbose_name': 'effacement',
                'verbose_name_plural': 'effacements',
                'ordering': ['-erased_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ErasedWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=100)),
                ('row_id', models.BigIntegerField()),
                ('erasure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erased_words', to='passerelle_maelis_invoices.erasure')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('table_name', 'row_id'), name='maelis_erased_words')],
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, unlock),
    ]
