"""Lists of invoices and one invoice."""

from django.http import HttpResponse
from django.utils import timezone

from ..publik.envelope import age
from ..publik.invoice_payload import invoice_payload
from ..use_cases.read_invoices import read_invoice, read_invoices
from .answers import answer
from .asked import families_allowed, families_asked, invoice_asked
from .endpoint import RegieCall, regie_endpoint


@regie_endpoint('GET')
def current(call: RegieCall) -> HttpResponse:
    """Something is left to pay, even past the deadline."""
    return _listed(call, active=True)


@regie_endpoint('GET')
def history(call: RegieCall) -> HttpResponse:
    """Nothing is left to pay."""
    return _listed(call, active=False)


@regie_endpoint('GET')
def detail(call: RegieCall, invoice_id: str = '') -> HttpResponse:
    asked = invoice_asked(call, invoice_id)
    invoice = read_invoice(regie=call.regie, invoice_id=asked, family_ids=families_allowed(call))
    return answer(invoice_payload(invoice))


def _listed(call: RegieCall, *, active: bool) -> HttpResponse:
    listing = read_invoices(regie=call.regie, family_ids=families_asked(call))
    shown = [invoice_payload(invoice) for invoice in listing.invoices if invoice.active is active]
    return answer(shown, meta=age(listing.source, listing.as_of or timezone.now()))
