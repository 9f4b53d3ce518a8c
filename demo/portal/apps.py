from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = 'demo.portal'
    label = 'demo_portal'
    verbose_name = 'Portail de démonstration'
