"""An invoice's page, and its PDF fetched from the connector on the citizen's behalf."""

from __future__ import annotations

import json
import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from demo.portal.connector import ConnectorTroubleError
from demo.portal.views.page import Visit


@require_GET
def show(request: HttpRequest, regie: str, invoice_id: str) -> HttpResponse:
    visit = Visit.of(request)
    try:
        invoice = visit.connector(f'Facture {invoice_id}').invoice(regie, invoice_id, visit.citizen.name_id)
    except ConnectorTroubleError as trouble:
        return trouble_page(visit, trouble)
    raw = json.dumps(invoice.raw, indent=2, ensure_ascii=False)
    return visit.page('invoice.html', {'invoice': invoice, 'raw': raw}, invoice=invoice)


@require_GET
def state(request: HttpRequest, regie: str, invoice_id: str) -> HttpResponse:
    """The invoice's card alone, for a page that watches a payment being confirmed."""
    visit = Visit.of(request)
    try:
        invoice = visit.watcher().invoice(regie, invoice_id, visit.citizen.name_id)
    except ConnectorTroubleError as trouble:
        return HttpResponse(trouble.message, status=502, content_type='text/plain; charset=utf-8')
    return visit.fragment('_invoice.html', {'invoice': invoice})


@require_GET
def pdf(request: HttpRequest, regie: str, invoice_id: str) -> HttpResponse:
    visit = Visit.of(request)
    try:
        document = visit.connector('Document PDF').pdf(regie, invoice_id, visit.citizen.name_id)
    except ConnectorTroubleError as trouble:
        return trouble_page(visit, trouble)
    answer = HttpResponse(document, content_type='application/pdf')
    answer['Content-Disposition'] = f'attachment; filename="facture-{_file_name(invoice_id)}.pdf"'
    answer['Cache-Control'] = 'no-store, private'
    return answer


def trouble_page(visit: Visit, trouble: ConnectorTroubleError) -> HttpResponse:
    page = visit.page('trouble.html', {'trouble': trouble.message})
    page.status_code = 404 if trouble.status == 404 else 502
    return page


def _file_name(invoice_id: str) -> str:
    return re.sub(r'[^A-Za-z0-9-]', '', invoice_id)
