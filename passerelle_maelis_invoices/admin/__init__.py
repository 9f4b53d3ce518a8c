"""Django's admin for the connector: it shows, and its buttons call use cases."""

from .alerts import AlertAdmin
from .api_clients import ApiClientAdmin
from .connectors import ConnectorAdmin
from .document_settings import DocumentSettingsAdmin
from .drifts import NotedDriftAdmin
from .exports import ExportAdmin
from .family_links import FamilyLinkAdmin
from .inbox import InboxAdmin
from .invoices import InvoiceAdmin, InvoiceListAdmin
from .outages import OutageAdmin
from .payments import PaymentAdmin
from .refresh_runs import RefreshRunAdmin
from .regies import RegieAdmin
from .rejected_notifications import RejectedNotificationAdmin

__all__ = [
    'AlertAdmin',
    'ApiClientAdmin',
    'ConnectorAdmin',
    'DocumentSettingsAdmin',
    'ExportAdmin',
    'FamilyLinkAdmin',
    'InboxAdmin',
    'InvoiceAdmin',
    'InvoiceListAdmin',
    'NotedDriftAdmin',
    'OutageAdmin',
    'PaymentAdmin',
    'RefreshRunAdmin',
    'RegieAdmin',
    'RejectedNotificationAdmin',
]
