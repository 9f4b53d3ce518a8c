"""The receipt (quittance) of what was paid through us on an invoice."""

from django.http import HttpResponse

from ..documents.archive import file_stem
from ..domain.invoice import split_invoice_id
from ..use_cases.make_receipt import make_receipt
from .asked import families_allowed, invoice_asked, require_storable
from .endpoint import UNAVAILABLE, RegieCall, regie_endpoint


@regie_endpoint('GET', business_status=UNAVAILABLE)
def receipt(call: RegieCall, invoice_id: str = '') -> HttpResponse:
    """For the same users as the invoice's PDF; Maelis is not asked."""
    asked = invoice_asked(call, invoice_id)
    require_storable(asked)
    content = make_receipt(regie=call.regie, invoice_id=asked, family_ids=families_allowed(call))
    disposition = f'inline; filename="quittance-{file_stem(split_invoice_id(asked)[1])}.pdf"'
    return HttpResponse(content, content_type='application/pdf', headers={'Content-Disposition': disposition})
