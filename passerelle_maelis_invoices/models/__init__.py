from .alert import Alert, Telling
from .api_client import ApiClient
from .connector import Connector
from .family_link import FamilyLink
from .invoice import Invoice, InvoiceList
from .nonce import Nonce
from .payment import LeaseLost, Payment, PaymentEvent, RejectedNotification
from .reachability import Heartbeat, Outage, Reachability
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
    'Outage',
    'Payment',
    'PaymentEvent',
    'Reachability',
    'Regie',
    'RejectedNotification',
    'Telling',
]
