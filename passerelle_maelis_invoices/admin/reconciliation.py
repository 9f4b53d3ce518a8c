from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from ..errors import BadRequest
from ..models import BankFileFormat, Reconciliation, Regie
from ..use_cases.reconcile_payments import ask_for_reconciliation
from .badges import badge
from .media import MaelisMedia
from .payment_rights import actor_of
from .read_only import OfRegie, ReadOnlyAdmin
from .reconciliation_sheet import sheet

TEMPLATES = 'admin/passerelle_maelis_invoices/reconciliation'
#: A month of a large régie has some ten thousand lines of a hundred bytes.
MAX_FILE_SIZE = 20 * 1024 * 1024


class ReconciliationForm(forms.Form):
    regie = forms.ModelChoiceField(label='Régie', queryset=Regie.objects.select_related('connector'))
    first_day = forms.DateField(label='Du', widget=forms.DateInput(attrs={'type': 'date'}))
    last_day = forms.DateField(label='Au', widget=forms.DateInput(attrs={'type': 'date'}))
    bank_file = forms.FileField(
        label='Fichier de la banque ou de Lingo',
        required=False,
        help_text='CSV, facultatif. Ses colonnes sont celles du format des fichiers bancaires de la régie.',
    )

    def clean_bank_file(self) -> tuple[str, bytes] | None:
        file = self.cleaned_data['bank_file']
        if file and file.size > MAX_FILE_SIZE:
            raise ValidationError('Ce fichier est trop grand : utilisez maelis_reconcile --bank.')
        return (file.name, file.read()) if file else None


@admin.register(Reconciliation)
class ReconciliationAdmin(MaelisMedia, OfRegie, ReadOnlyAdmin):
    list_display = (
        'period',
        'state_label',
        'difference_count',
        'payments',
        'started_at',
        'actor',
        'regie_code',
    )
    list_filter = ('regie', 'started_at')
    list_select_related = ('regie',)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f'{self.opts.app_label}.add_reconciliation')

    def add_view(
        self, request: HttpRequest, form_url: str = '', extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Asks for one; the worker makes it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ReconciliationForm(*((request.POST, request.FILES) if request.method == 'POST' else ()))
        run = _ask(request, form) if form.is_bound and form.is_valid() else None
        if run is not None:
            messages.success(request, 'Le rapprochement est demandé : Maelis est relu, famille par famille.')
            return HttpResponseRedirect(_page(run))
        return self._render(request, 'ask', {'title': 'Demander un rapprochement', 'form': form})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = '',
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The sheet, to be read and printed."""
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        return self._render(request, 'sheet', {'title': f'Rapprochement : {run}', **sheet(run)})

    def _render(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            'opts': self.opts,
            'media': self.media,
            'may_ask': self.has_add_permission(request),
        }
        return TemplateResponse(request, f'{TEMPLATES}/{name}.html', {**shared, **context})

    @admin.display(description='période', ordering='first_day')
    def period(self, run: Reconciliation) -> str:
        return f'du {run.first_day:%d/%m/%Y} au {run.last_day:%d/%m/%Y}'

    @admin.display(description='état')
    def state_label(self, run: Reconciliation) -> SafeString:
        if run.finished_at is None:
            return badge('sending', f'en cours, {run.families_read}/{run.families}')
        return badge('confirmed', 'terminé') if run.complete else badge('uncertain', 'incomplet')

    @admin.display(description='écarts')
    def difference_count(self, run: Reconciliation) -> int | str:
        return '–' if run.finished_at is None else run.discrepancies.count()


@admin.register(BankFileFormat)
class BankFileFormatAdmin(MaelisMedia, OfRegie, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ('regie_code', 'delimiter', 'reference_column', 'amount_column', 'day_column')


def _ask(request: HttpRequest, form: ReconciliationForm) -> Reconciliation | None:
    try:
        return ask_for_reconciliation(actor=actor_of(request), **form.cleaned_data)
    except BadRequest as error:
        form.add_error(None, str(error))
        return None


def _page(run: Reconciliation) -> str:
    return reverse('admin:passerelle_maelis_invoices_reconciliation_change', args=[run.pk])
