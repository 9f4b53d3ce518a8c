"""A connector as they are usually written: a zeep client a request, its decoding, a write per invoice."""

from decimal import Decimal
from typing import Any

import zeep
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from zeep.cache import InMemoryCache
from zeep.helpers import serialize_object
from zeep.transports import Transport

from benchmarks import town
from passerelle_maelis_invoices.models import Connector, Invoice, Regie

#: Seconds that a call may take. Usual values are 25 or 30; here less, so that a benchmark ends.
TIMEOUT = 4
_cache = InMemoryCache()


def naive_list(request: HttpRequest, slug: str) -> HttpResponse:
    regie = Regie.objects.select_related('connector').get(connector__slug=slug, code=town.REGIE)
    read = _service(regie.connector).readInvoices(numDossier=town.FAMILY, codeRegie=regie.code)
    return JsonResponse({'data': [_kept(regie, bean) for bean in read], 'err': 0})


def _service(connector: Connector) -> Any:
    transport = Transport(cache=_cache, timeout=TIMEOUT, operation_timeout=TIMEOUT)
    client = zeep.Client(connector.wsdl_url, transport=transport)
    return client.create_service(
        '{invoice.ws.maelis.sigec.com}InvoiceServiceSoapBinding', connector.service_url
    )


def _kept(regie: Regie, bean: Any) -> dict[str, Any]:
    facts = serialize_object(bean, dict)
    invoice, _ = Invoice.objects.update_or_create(
        regie=regie,
        number=str(facts['numInvoice']),
        defaults={
            'family_id': str(facts['numFamily']),
            'label': facts['libelleTTF'],
            'invoice_date': facts['dateInvoice'].date(),
            'due_date': facts['dateDeadline'].date(),
            'total': facts['amountInvoice'],
            'paid': facts['amountPaid'] or Decimal(0),
            'paid_at_treasury': facts['amountPaidTG'],
            'has_pdf': bool(facts['pdfName']),
            'bean': _jsonable(facts),
            'changed_at': timezone.now(),
        },
    )
    return {'id': invoice.number, 'label': invoice.label, 'amount': str(invoice.total - invoice.paid)}


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _jsonable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return value if value is None or isinstance(value, int | str) else str(value)
