from .api_client import ApiClient
from .connector import Connector
from .family_link import FamilyLink
from .invoice import Invoice, InvoiceList
from .nonce import Nonce
from .payment import LeaseLost, Payment, PaymentEvent, RejectedNotification
from .regie import Regie

__all__ = [
    'ApiClient',
    'Connector',
    'FamilyLink',
    'Invoice',
    'InvoiceList',
    'LeaseLost',
    'Nonce',
    'Payment',
    'PaymentEvent',
    'Regie',
    'RejectedNotification',
]
