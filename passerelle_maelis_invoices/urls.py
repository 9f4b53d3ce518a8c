"""The API: every address, each with and without its last slash, never redirected."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from .endpoints.description import openapi
from .endpoints.exports import download, export, exports
from .endpoints.invoices import current, detail, history
from .endpoints.links import link, unlink
from .endpoints.metrics import metrics
from .endpoints.payment_list import payments
from .endpoints.payments import pay
from .endpoints.pdf import pdf
from .endpoints.receipt import receipt
from .endpoints.regies import regies
from .endpoints.status import status
from .endpoints.unknown import unknown
from .endpoints.users import with_pending_invoices

app_name = 'passerelle_maelis_invoices'

CONNECTOR = 'passerelle-maelis-invoices/<str:connector>'
REGIE = f'{CONNECTOR}/regie/<str:regie>'


def both(route: str, view: Callable[..., HttpResponseBase], name: str | None = None) -> list[URLPattern]:
    """A redirected POST would lose its body and its signature."""
    return [path(f'{route}/', view, name=name), path(route, view)]


urlpatterns = [
    *both('passerelle-maelis-invoices/metrics', metrics, 'metrics'),
    *both(f'{CONNECTOR}/regies', regies, 'regies'),
    *both(f'{CONNECTOR}/link', link, 'link'),
    *both(f'{CONNECTOR}/unlink', unlink, 'unlink'),
    *both(f'{CONNECTOR}/status', status, 'status'),
    *both(f'{CONNECTOR}/openapi.json', openapi, 'openapi'),
    *both(f'{CONNECTOR}/exports', exports, 'exports'),
    *both(f'{CONNECTOR}/exports/<str:export_id>', export, 'export'),
    *both(f'{CONNECTOR}/exports/<str:export_id>/download', download, 'export-download'),
    *both(f'{CONNECTOR}/payments', payments, 'payments'),
    *both(f'{REGIE}/invoices', current, 'invoices'),
    *both(f'{REGIE}/invoices/history', history, 'history'),
    # The same under the names of the design card, which come before an invoice's own address.
    *both(f'{REGIE}/invoice/current', current),
    *both(f'{REGIE}/invoice/history', history),
    *both(f'{REGIE}/invoice/detail', detail),
    *both(f'{REGIE}/invoice/pdf', pdf),
    *both(f'{REGIE}/invoice/pay', pay),
    *both(f'{REGIE}/invoice/<str:invoice_id>', detail, 'invoice'),
    *both(f'{REGIE}/invoice/<str:invoice_id>/pdf', pdf, 'pdf'),
    *both(f'{REGIE}/invoice/<str:invoice_id>/receipt', receipt, 'receipt'),
    *both(f'{REGIE}/invoice/<str:invoice_id>/pay', pay, 'pay'),
    *both(f'{REGIE}/users/with-pending-invoices', with_pending_invoices, 'pending-users'),
    *both(CONNECTOR, unknown),
    path(f'{CONNECTOR}/<path:tail>', unknown),
]
