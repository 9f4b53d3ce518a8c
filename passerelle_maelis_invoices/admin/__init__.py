"""Django's admin for the connector: it shows, and its buttons call use cases."""

from .api_clients import ApiClientAdmin
from .connectors import ConnectorAdmin
from .drifts import NotedDriftAdmin
from .family_links import FamilyLinkAdmin
from .invoices import InvoiceAdmin, InvoiceListAdmin
from .payments import PaymentAdmin
from .refresh_runs import RefreshRunAdmin
from .regies import RegieAdmin
from .rejected_notifications import RejectedNotificationAdmin

__all__ = [
    'ApiClientAdmin',
    'ConnectorAdmin',
    'FamilyLinkAdmin',
    'InvoiceAdmin',
    'InvoiceListAdmin',
    'NotedDriftAdmin',
    'PaymentAdmin',
    'RefreshRunAdmin',
    'RegieAdmin',
    'RejectedNotificationAdmin',
]
