from .alert import Alert, Telling
from .anomaly import Anomaly
from .api_client import ApiClient
from .bank_format import BankFileFormat
from .connector import Connector
from .credit_note import CreditNote, RefundStep
from .document_settings import DocumentSettings
from .drift import NotedDrift
from .erasure import ErasedWords, Erasure
from .export import Export
from .family_link import FamilyLink
from .invoice import Invoice, InvoiceList
from .ledger_entry import LedgerEntry, MonthClosing
from .nonce import Nonce
from .numbering import Numbering, Series
from .payment import LeaseLost, Payment, PaymentEvent
from .reachability import Heartbeat, Outage, Reachability
from .reconciliation import Discrepancy, Reconciliation
from .refresh_batch import RefreshBatch
from .refresh_run import RefreshRun
from .regie import Regie
from .rejected_notification import RejectedNotification

__all__ = [
    'Alert',
    'Anomaly',
    'ApiClient',
    'BankFileFormat',
    'Connector',
    'CreditNote',
    'Discrepancy',
    'DocumentSettings',
    'ErasedWords',
    'Erasure',
    'Export',
    'FamilyLink',
    'Heartbeat',
    'Invoice',
    'InvoiceList',
    'LeaseLost',
    'LedgerEntry',
    'MonthClosing',
    'Nonce',
    'NotedDrift',
    'Numbering',
    'Outage',
    'Payment',
    'PaymentEvent',
    'Reachability',
    'Reconciliation',
    'RefreshBatch',
    'RefreshRun',
    'RefundStep',
    'Regie',
    'RejectedNotification',
    'Series',
    'Telling',
]
