"""After the bank: what became of a payment, and Lingo's notification sent again."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from demo.portal.connector import ConnectorTroubleError
from demo.portal.follow_up import follow_up
from demo.portal.invoice import Invoice
from demo.portal.payment import Payment, notify
from demo.portal.payment_cookie import remember_payment, remembered_payment
from demo.portal.views.page import Visit


@require_GET
def show(request: HttpRequest, transaction_id: uuid.UUID) -> HttpResponse:
    visit = Visit.of(request)
    payment = remembered_payment(request, transaction_id)
    invoice = _invoice(visit, payment)
    return visit.page('payment.html', _context(visit, payment, invoice), invoice=invoice)


@require_GET
def steps(request: HttpRequest, transaction_id: uuid.UUID) -> HttpResponse:
    """The steps alone, for the page that watches them."""
    visit = Visit.of(request)
    payment = remembered_payment(request, transaction_id)
    return visit.fragment('_steps.html', _context(visit, payment, _invoice(visit, payment)))


@require_POST
def notify_again(request: HttpRequest, transaction_id: uuid.UUID) -> HttpResponse:
    """The same notification once more, as Lingo does after a failure: the connector must count it once."""
    visit = Visit.of(request)
    payment = remembered_payment(request, transaction_id)
    payment = notify(visit.connector('Notification répétée'), payment)
    answer = redirect('portal:payment', transaction_id)
    remember_payment(answer, payment)
    return answer


def _context(visit: Visit, payment: Payment, invoice: Invoice | None) -> dict[str, Any]:
    progress = follow_up(payment, invoice, visit.control.read() if visit.control else None)
    return {'payment': payment, 'invoice': invoice, 'progress': progress}


def _invoice(visit: Visit, payment: Payment) -> Invoice | None:
    try:
        return visit.watcher().invoice(payment.regie, payment.invoice_id, visit.citizen.name_id)
    except ConnectorTroubleError:
        return None
