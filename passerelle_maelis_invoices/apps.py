from django.apps import AppConfig


class PasserelleMaelisInvoicesConfig(AppConfig):
    name = 'passerelle_maelis_invoices'
    label = 'passerelle_maelis_invoices'
    verbose_name = 'Factures Maelis'
    default_auto_field = 'django.db.models.BigAutoField'
