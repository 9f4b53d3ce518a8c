"""Maelis over SOAP: the only place that knows zeep, XML and its words."""

from .beans import Drift
from .client import MaelisClient
from .clients import client_for
from .deadline import Deadline
from .deployment import Deployment
from .exchange_log import ExchangeDone, on_exchange
from .invoices import InvoicesRead, ReadInvoice
from .lost_figures import Held, lost_figures
from .regies import RegieFound
from .transport import Request, Transport

__all__ = [
    'Deadline',
    'Deployment',
    'Drift',
    'ExchangeDone',
    'Held',
    'InvoicesRead',
    'MaelisClient',
    'ReadInvoice',
    'RegieFound',
    'Request',
    'Transport',
    'client_for',
    'lost_figures',
    'on_exchange',
]
