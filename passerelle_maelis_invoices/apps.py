from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PasserelleMaelisInvoicesConfig(AppConfig):
    name = 'passerelle_maelis_invoices'
    label = 'passerelle_maelis_invoices'
    verbose_name = 'Factures Maelis'
    default_auto_field = 'django.db.models.BigAutoField'

    def ready(self) -> None:
        from .checks import register_checks
        from .endpoints.heartbeat import beat_while_serving
        from .maelis import on_exchange
        from .models.append_only import protect_append_only_tables
        from .use_cases.measure import measure_exchange

        beat_while_serving()
        post_migrate.connect(protect_append_only_tables, sender=self)
        register_checks()
        on_exchange(measure_exchange)
