from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ..errors import BadRequest, ConnectorError
from ..models import Connector, Erasure
from ..use_cases.erase_family import erase_family
from ..use_cases.family_traces import find_traces
from ..use_cases.why_not_erasable import why_not_erasable
from .media import MaelisMedia
from .payment_rights import actor_of
from .read_only import ReadOnlyAdmin

TEMPLATE = 'admin/passerelle_maelis_invoices/erasure/ask.html'


class ErasureForm(forms.Form):
    connector = forms.ModelChoiceField(label='Connecteur', queryset=Connector.objects.defer('password'))
    family_id = forms.CharField(label='Dossier famille', max_length=100)
    reason = forms.CharField(
        label='Motif',
        widget=forms.Textarea(attrs={'rows': 2, 'cols': 60}),
        help_text='Il est conservé, avec votre nom : n’y nommez ni le dossier ni une personne.',
    )


@admin.register(Erasure)
class ErasureAdmin(MaelisMedia, ReadOnlyAdmin):
    """For whoever has the right to add one, which no group has unless it is given."""

    list_display = ('__str__', 'erased_at', 'connector', 'actor', 'reason')
    list_filter = ('connector', 'erased_at')
    list_select_related = ('connector',)
    fields = ('erased_at', 'connector', 'actor', 'reason', 'gone')

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f'{self.opts.app_label}.add_erasure')

    @non_atomic_requests
    def add_view(
        self, request: HttpRequest, form_url: str = '', extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The first button shows what would go, the second one erases it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ErasureForm(request.POST if request.method == 'POST' else None)
        counts = _looked_at(form) if form.is_valid() else {}
        if counts and 'erase' in request.POST and _erase(request, form):
            return HttpResponseRedirect(reverse('admin:passerelle_maelis_invoices_erasure_changelist'))
        context = {
            **self.admin_site.each_context(request),
            'title': 'Effacer un dossier famille',
            'opts': self.opts,
            'media': self.media,
            'form': form,
            'counts': counts,
        }
        return TemplateResponse(request, TEMPLATE, context)

    @admin.display(description='ce qui est parti')
    def gone(self, erasure: Erasure) -> str:
        return ', '.join(f'{name} : {count}' for name, count in erasure.counts.items())


def _looked_at(form: ErasureForm) -> dict[str, int]:
    """What would go; nothing where it may not, of which the form then says why."""
    connector, family_id = form.cleaned_data['connector'], form.cleaned_data['family_id']
    traces = find_traces(connector, family_id)
    reasons = why_not_erasable(connector, family_id, traces)
    for reason in reasons:
        form.add_error(None, reason)
    return {} if reasons else traces.counts()


def _erase(request: HttpRequest, form: ErasureForm) -> bool:
    """False when the form says why not."""
    try:
        erasure = erase_family(actor=actor_of(request), **form.cleaned_data)
    except BadRequest as error:
        form.add_error(None, str(error))
        return False
    except ConnectorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f'{erasure} : le dossier famille est effacé.')
    return True
