"""The pretend bank: it accepts every card, then the portal notifies the connector as Lingo would."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from demo.portal.bank_form import FULL, BankForm
from demo.portal.connector import ConnectorTroubleError
from demo.portal.invoice import Invoice
from demo.portal.payment import new_payment, notify
from demo.portal.payment_cookie import remember_payment
from demo.portal.views.invoices import trouble_page
from demo.portal.views.page import Visit

CARD = '4970 1000 2000 3456'


@require_http_methods(['GET', 'POST'])
def pay(request: HttpRequest, regie: str, invoice_id: str) -> HttpResponse:
    visit = Visit.of(request)
    try:
        invoice = visit.connector('Page de la banque').invoice(regie, invoice_id, visit.citizen.name_id)
    except ConnectorTroubleError as trouble:
        return trouble_page(visit, trouble)
    if not invoice.is_payable:
        return redirect('portal:invoice', regie, invoice_id)
    form = _form(request, invoice)
    if request.method == 'POST' and form.is_valid():
        return _pay(visit, invoice, form)
    return visit.page('bank.html', {'invoice': invoice, 'form': form}, invoice=invoice)


def _form(request: HttpRequest, invoice: Invoice) -> BankForm:
    """The transaction is born with the page: a double click sends the same one twice."""
    if request.method == 'POST':
        return BankForm(request.POST, left=invoice.left)
    initial = {'transaction_id': uuid.uuid4(), 'how_much': FULL, 'part': _half(invoice.left), 'card': CARD}
    return BankForm(initial=initial, left=invoice.left)


def _half(left: Decimal) -> Decimal:
    return max((left / 2).quantize(Decimal('0.01')), Decimal('0.01'))


def _pay(visit: Visit, invoice: Invoice, form: BankForm) -> HttpResponse:
    data = form.cleaned_data
    payment = new_payment(invoice, form.paid, data['card'], data['transaction_id'])
    payment = notify(visit.connector('Notification de paiement'), payment)
    answer = redirect('portal:payment', payment.transaction_id)
    remember_payment(answer, payment)
    return answer
