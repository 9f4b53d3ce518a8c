"""One thing that a person is asked about, laid out to be judged: what came, what we know, what to do."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from ..domain.attention import Attention, noteworthy
from ..models import Invoice, Payment
from ..use_cases.list_anomalies import Anomaly
from .action_buttons import Button
from .advice import advice_on
from .amounts import euros
from .badges import badge, state_badge
from .payment_table import payment_table
from .payment_words import event_words, oddity_words
from .raw_text import preformatted_json, shortened

REJECTED = 'notification illisible'


def anomaly_card(anomaly: Anomaly, buttons: Sequence[Button] = ()) -> SafeString:
    row: Any = anomaly.payment or anomaly.rejected
    known = anomaly.known
    context = {
        'row': row,
        'payment': anomaly.payment,
        'rejected': anomaly.rejected,
        'page': reverse(f'admin:passerelle_maelis_invoices_{row._meta.model_name}_change', args=[row.pk]),
        'title': _title(anomaly),
        'reasons': list(_reasons(anomaly)),
        'amount': anomaly.payment and euros(anomaly.payment.amount),
        'surplus': anomaly.payment and anomaly.payment.surplus and euros(anomaly.payment.surplus),
        'state': anomaly.payment and state_badge(anomaly.payment),
        'raw': preformatted_json(shortened(_raw(anomaly))),
        'known': known,
        'figures': known.invoice and _figures(anomaly, known.invoice),
        'others': payment_table(known.others),
        'last_words': known.last_step and event_words(known.last_step.event),
        'in_other_regies': [_named(invoice) for invoice in known.in_other_regies],
        'proposed': [_proposed(anomaly, invoice) for invoice in known.proposed],
        'advice': advice_on(anomaly),
        'buttons': buttons,
    }
    return render_to_string('admin/passerelle_maelis_invoices/anomaly/card.html', context)


def _title(anomaly: Anomaly) -> str:
    payment = anomaly.payment
    if payment is None:
        return f'Facture {(anomaly.rejected and anomaly.rejected.invoice_id) or "non dite"}'
    amount = 'Montant inconnu' if payment.amount is None else euros(payment.amount)
    return f'{amount} pour la facture {payment.invoice_id}'


def _raw(anomaly: Anomaly) -> str:
    """The body as it came."""
    if anomaly.rejected:
        return anomaly.rejected.body
    return anomaly.payment.notification if anomaly.payment else ''


def _reasons(anomaly: Anomaly) -> Iterator[SafeString]:
    payment = anomaly.payment
    if payment is None:
        yield badge('level-critical', REJECTED)
        return
    if payment.attention:
        yield badge('attention', payment.get_attention_display())
    if anomaly.known.in_other_regies:
        yield badge('attention', 'facture d’une autre régie')
    if payment.attention == Attention.NOTHING_DUE and anomaly.known.others:
        yield badge('attention', 'deuxième transaction')
    for oddity in noteworthy(payment.oddities):
        yield badge('oddity', oddity_words(oddity))


def _figures(anomaly: Anomaly, invoice: Invoice) -> dict[str, Any]:
    shown = anomaly.known.shown
    return {
        'invoice': invoice,
        'total': euros(invoice.total),
        'paid': euros(invoice.paid),
        'treasury': euros(invoice.paid_at_treasury) if invoice.paid_at_treasury else '',
        'remaining': euros(shown.remaining) if shown else '',
    }


def _named(invoice: Invoice) -> dict[str, Any]:
    url = reverse('admin:passerelle_maelis_invoices_invoice_change', args=[invoice.pk])
    return {'invoice': invoice, 'url': url, 'total': euros(invoice.total)}


def _proposed(anomaly: Anomaly, invoice: Invoice) -> dict[str, Any]:
    return {**_named(invoice), 'link': anomaly.payment and _link(anomaly.payment, invoice)}


def _link(payment: Payment, invoice: Invoice) -> str | None:
    """To the form that attaches it there, filled in."""
    if payment.attention not in (Attention.UNKNOWN_INVOICE, Attention.NOTHING_DUE):
        return None
    form = reverse('admin:passerelle_maelis_invoices_payment_action', args=[payment.pk, 'link'])
    return f'{form}?{urlencode({"invoice_id": str(invoice)})}'
