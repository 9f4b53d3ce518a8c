"""An invoice's PDF, byte for byte as Maelis gave it."""

import re
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from ..domain.invoice import split_invoice_id
from ..use_cases.read_invoice_pdf import read_invoice_pdf
from .asked import families_allowed, invoice_asked
from .endpoint import UNAVAILABLE, RegieCall, regie_endpoint


@regie_endpoint('GET', business_status=UNAVAILABLE)
def pdf(call: RegieCall, invoice_id: str = '') -> HttpResponse:
    """When Maelis fails the status says so too: the portal hands on the body of any 200 as a PDF."""
    asked = invoice_asked(call, invoice_id)
    content = read_invoice_pdf(regie=call.regie, invoice_id=asked, family_ids=families_allowed(call))
    return _answer(call.request, content, _file_name(asked))


def _answer(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    """Maelis gives all of it each time; a caller that holds the same bytes is spared them."""
    headers = {
        'Content-Disposition': f'inline; filename="{name}"',
        'Content-Length': str(len(content)),
        'ETag': f'"{sha256(content).hexdigest()}"',
    }
    response = HttpResponse(content, content_type='application/pdf', headers=headers)
    return get_conditional_response(request, etag=headers['ETag'], response=response) or response


def _file_name(invoice_id: str) -> str:
    """Letters, digits, dots and dashes only: nothing that could end a header or a file name."""
    _, number = split_invoice_id(invoice_id)
    return f'facture-{re.sub(r"[^A-Za-z0-9._-]+", "_", number)[:100]}.pdf'
