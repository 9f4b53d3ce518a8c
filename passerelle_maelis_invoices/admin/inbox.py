"""The inbox: one page with everything that a person is asked about, the oldest first."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import urlencode

from ..domain.attention import NOTEWORTHY
from ..models import Connector, Regie
from ..models.anomaly import Anomaly as AnomalyRow
from ..models.payment import ATTENTION_LABELS
from ..use_cases.list_anomalies import Anomaly, Found, Reason, Wanted, count_anomalies, list_anomalies
from .action_buttons import Button, action_buttons
from .anomaly_card import REJECTED as REJECTED_LABEL
from .anomaly_card import anomaly_card
from .media import MaelisMedia
from .menu import count_in_menu
from .payment_actions import PAYMENTS
from .payment_words import ODDITIES
from .read_only import ReadOnlyAdmin
from .rejected_actions import REJECTED

PER_PAGE = 20
VIEW_RIGHTS = ('view_payment', 'change_payment')
FOUND_LABELS = {
    Found.SECOND_TRANSACTION: 'deuxième transaction pour une facture',
    Found.OTHER_REGIE: 'facture d’une autre régie',
    Found.REJECTED: REJECTED_LABEL,
}
REASONS: tuple[tuple[Reason, str], ...] = (
    *ATTENTION_LABELS.items(),
    *((oddity, ODDITIES[oddity]) for oddity in NOTEWORTHY),
    *FOUND_LABELS.items(),
)


class FilterForm(forms.Form):
    connector = forms.ModelChoiceField(
        Connector.objects.all(),
        to_field_name='slug',
        required=False,
        label='Connecteur',
        empty_label='Tous',
    )
    regie = forms.ModelChoiceField(
        Regie.objects.select_related('connector'), required=False, label='Régie', empty_label='Toutes'
    )
    reason = forms.ChoiceField(
        choices=[('', 'Tous'), *((reason.value, label) for reason, label in REASONS)],
        required=False,
        label='Motif',
    )

    @property
    def wanted(self) -> Wanted:
        """What cannot be understood filters nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        connector, regie = given.get('connector'), given.get('regie')
        reasons = {reason.value: reason for reason, _ in REASONS}
        return Wanted(
            connector=connector.slug if connector else None,
            regie=regie.pk if regie else None,
            reason=reasons.get(given.get('reason', '')),
        )


@admin.register(AnomalyRow)
class InboxAdmin(MaelisMedia, ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.changelist_view)
        return [path('', view, name='passerelle_maelis_invoices_anomaly_changelist')]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may view payments."""
        return any(request.user.has_perm(f'{self.opts.app_label}.{right}') for right in VIEW_RIGHTS)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = FilterForm(request.GET)
        pages = Paginator(range(count_anomalies(form.wanted)), PER_PAGE)
        page = pages.get_page(request.GET.get('page'))
        found = list_anomalies(form.wanted, first=(page.number - 1) * PER_PAGE, most=PER_PAGE)
        context = {
            **self.admin_site.each_context(request),
            'title': 'À traiter',
            'opts': self.opts,
            'media': self.media,
            'form': form,
            'filtered': form.wanted != Wanted(),
            'page': page,
            'query': _without_page(request),
            'count': pages.count,
            'cards': [anomaly_card(anomaly, buttons(request, anomaly)) for anomaly in found],
        }
        return TemplateResponse(request, 'admin/passerelle_maelis_invoices/anomaly/inbox.html', context)


def _without_page(request: HttpRequest) -> str:
    given = {name: str(value) for name, value in request.GET.items() if name != 'page' and value}
    return urlencode(given)


def buttons(request: HttpRequest, anomaly: Anomaly) -> list[Button]:
    """Those that make sense, for who may press them; each comes back to the page that showed it."""
    if anomaly.payment:
        return action_buttons(request, anomaly.payment, PAYMENTS)
    return action_buttons(request, anomaly.rejected, REJECTED)


count_in_menu(AnomalyRow, count_anomalies)
