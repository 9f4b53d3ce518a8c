"""Django's admin for the connector: it shows, and its buttons call use cases."""

from .alerts import AlertAdmin
from .api_clients import ApiClientAdmin
from .connectors import ConnectorAdmin
from .credit_notes import CreditNoteAdmin
from .document_settings import DocumentSettingsAdmin
from .drifts import NotedDriftAdmin
from .erasures import ErasureAdmin
from .exports import ExportAdmin
from .family_links import FamilyLinkAdmin
from .inbox import InboxAdmin
from .invoices import InvoiceAdmin, InvoiceListAdmin
from .ledger import LedgerEntryAdmin, MonthClosingAdmin
from .outages import OutageAdmin
from .payments import PaymentAdmin
from .reconciliation import BankFileFormatAdmin, ReconciliationAdmin
from .refresh_runs import RefreshRunAdmin
from .regies import RegieAdmin
from .rejected_notifications import RejectedNotificationAdmin

__all__ = [
    'AlertAdmin',
    'ApiClientAdmin',
    'BankFileFormatAdmin',
    'ConnectorAdmin',
    'CreditNoteAdmin',
    'DocumentSettingsAdmin',
    'ErasureAdmin',
    'ExportAdmin',
    'FamilyLinkAdmin',
    'InboxAdmin',
    'InvoiceAdmin',
    'InvoiceListAdmin',
    'LedgerEntryAdmin',
    'MonthClosingAdmin',
    'NotedDriftAdmin',
    'OutageAdmin',
    'PaymentAdmin',
    'ReconciliationAdmin',
    'RefreshRunAdmin',
    'RegieAdmin',
    'RejectedNotificationAdmin',
]
