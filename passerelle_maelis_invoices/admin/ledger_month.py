"""A régie's month in the ledger: totals by day, the proof of the book, and its closing."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from ..domain.ledger import Means, day_after_month
from ..domain.money import ZERO
from ..domain.paris import day_in_paris
from ..errors import BadRequest
from ..models import MonthClosing, Regie
from ..models.ledger_entry import MEANS_LABELS
from ..use_cases.close_month import close_month
from ..use_cases.total_ledger import LedgerTotal, total_ledger
from ..use_cases.verify_ledger import verify_ledger
from ..use_cases.write_ledger import write_ledger
from .amounts import euros
from .payment_rights import actor_of

TEMPLATE = 'admin/passerelle_maelis_invoices/ledger/month.html'
RIGHT_TO_CLOSE = 'passerelle_maelis_invoices.add_monthclosing'


class MonthForm(forms.Form):
    """``month`` is '2026-03', as browsers write it."""

    regie = forms.ModelChoiceField(label='Régie', queryset=Regie.objects.select_related('connector'))
    month = forms.DateField(
        label='Mois',
        input_formats=['%Y-%m'],
        widget=forms.DateInput(format='%Y-%m', attrs={'type': 'month'}),
    )


def ledger_month_view(request: HttpRequest, *, admin: 'ModelAdmin[Any]') -> HttpResponse:
    """GET only. ``verify`` in the query proves the book, which reads all of it."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    this_month = day_in_paris(timezone.now()).replace(day=1)
    form = MonthForm(request.GET if 'month' in request.GET else None, initial={'month': this_month})
    shown: dict[str, Any] = {}
    if form.is_valid():
        shown = _month(request, form.cleaned_data['regie'], form.cleaned_data['month'])
    context = {
        **admin.admin_site.each_context(request),
        'title': 'Livre de recettes, par mois',
        'opts': admin.opts,
        'media': admin.media,
        'form': form,
        **shown,
    }
    return TemplateResponse(request, TEMPLATE, context)


def close_month_view(request: HttpRequest, *, admin: 'ModelAdmin[Any]') -> HttpResponse:
    if request.method != 'POST':
        return HttpResponseNotAllowed(['POST'])
    if not request.user.has_perm(RIGHT_TO_CLOSE):
        raise PermissionDenied
    form = MonthForm(request.POST)
    page = reverse('admin:passerelle_maelis_invoices_ledger_month')
    if not form.is_valid():
        return HttpResponseRedirect(page)
    try:
        closing = close_month(actor=actor_of(request), **form.cleaned_data)
    except BadRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f'{closing} est clos : {euros(closing.total)}.')
    asked = {'regie': form.cleaned_data['regie'].pk, 'month': f'{form.cleaned_data["month"]:%Y-%m}'}
    return HttpResponseRedirect(f'{page}?{urlencode(asked)}')


def _month(request: HttpRequest, regie: Regie, month: date) -> dict[str, Any]:
    write_ledger(regie)
    last_day = day_after_month(month) - timedelta(days=1)
    days = total_ledger(regies=[regie], first_day=month, last_day=last_day)
    closing = MonthClosing.objects.filter(regie=regie, month=month).first()
    over = last_day < day_in_paris(timezone.now())
    return {
        'regie': regie,
        'month': month,
        'rows': [_row(day) for day in days],
        'sums': _sums(days),
        'closing': closing,
        'may_close': over and closing is None and request.user.has_perm(RIGHT_TO_CLOSE),
        'proofs': verify_ledger(regie=regie, year=month.year) if 'verify' in request.GET else None,
    }


def _row(total: LedgerTotal) -> dict[str, Any]:
    return {
        'day': total.period,
        'means': MEANS_LABELS.get(Means(total.means), total.means),
        'entries': total.entries,
        'payments': euros(total.payments),
        'credit_notes': euros(total.credit_notes),
        'reversals': euros(total.reversals),
        'total': euros(total.total),
    }


def _sums(totals: Sequence[LedgerTotal]) -> dict[str, Any]:
    names = ('payments', 'credit_notes', 'reversals', 'total')
    sums = {name: euros(sum((getattr(total, name) for total in totals), ZERO)) for name in names}
    return {'entries': sum(total.entries for total in totals), **sums}
