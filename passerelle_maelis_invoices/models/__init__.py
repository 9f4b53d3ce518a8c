from .alert import Alert, Telling
from .api_client import ApiClient
from .connector import Connector
from .drift import NotedDrift
from .family_link import FamilyLink
from .invoice import Invoice, InvoiceList
from .nonce import Nonce
from .payment import LeaseLost, Payment, PaymentEvent, RejectedNotification
from .reachability import Heartbeat, Outage, Reachability
from .refresh_run import RefreshRun
from .regie import Regie

__all__ = [
    'Alert',
    'ApiClient',
    'Connector',
    'FamilyLink',
    'Heartbeat',
    'Invoice',
    'InvoiceList',
    'LeaseLost',
    'Nonce',
    'NotedDrift',
    'Outage',
    'Payment',
    'PaymentEvent',
    'Reachability',
    'RefreshRun',
    'Regie',
    'RejectedNotification',
    'Telling',
]
