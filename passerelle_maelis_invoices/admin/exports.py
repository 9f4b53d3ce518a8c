from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.transaction import non_atomic_requests
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from ..documents.french import period_text
from ..domain.export import MEDIA_TYPES, ExportFormat, ExportKind, ExportState
from ..errors import BadRequest, NotFound
from ..models import Export
from ..use_cases.open_export import open_export
from ..use_cases.request_export import cancel_export, check_export, last_reconciliation, request_export
from .badges import badge
from .media import MaelisMedia
from .read_only import OfRegie, ReadOnlyAdmin

ASKED = ('regie', 'kind', 'format', 'first_day', 'last_day', 'family_id')
NAME = 'passerelle_maelis_invoices_export'
BADGES = {
    ExportState.PENDING: 'recorded',
    ExportState.CREATED: 'level-ok',
    ExportState.FAILED: 'level-critical',
}


class ExportForm(forms.ModelForm):  # type: ignore[type-arg]
    """What somebody asks for; what could only fail is said at once."""

    class Meta:
        model = Export
        fields = ASKED
        widgets = {
            name: forms.DateInput(attrs={'type': 'date'}, format='%Y-%m-%d')
            for name in ('first_day', 'last_day')
        }

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        days = cleaned['first_day'], cleaned['last_day']
        kind, form = ExportKind(cleaned['kind']), ExportFormat(cleaned['format'])
        try:
            check_export(kind=kind, format=form, first_day=days[0], last_day=days[1])
            if kind is ExportKind.RECONCILIATION:
                last_reconciliation(cleaned['regie'], *days)
        except BadRequest as error:
            raise ValidationError(str(error)) from error
        return cleaned


@admin.register(Export)
class ExportAdmin(MaelisMedia, OfRegie, ReadOnlyAdmin):
    form = ExportForm
    change_form_template = 'admin/passerelle_maelis_invoices/export/change_form.html'
    list_display = (
        '__str__',
        'state_label',
        'file_link',
        'period',
        'regie_code',
        'requested_by',
        'requested_at',
    )
    list_filter = ('state', 'kind', 'regie', 'requested_at')
    search_fields = ('=family_id', 'requested_by')
    ordering = ('-requested_at', '-pk')

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm('passerelle_maelis_invoices.add_export')

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {'fields': ('regie', 'kind', 'format', ('first_day', 'last_day'), 'family_id')})]
        about = ('kind', 'format', 'regie', 'period', 'family_id', 'reconciliation')
        return [
            (None, {'fields': ('state_label', 'progress', 'file_link', 'expires_at', 'error')}),
            ('Contenu', {'fields': about}),
            ('Demande', {'fields': ('requested_by', 'requested_at', 'tries', 'ended_at')}),
        ]

    def get_urls(self) -> list[URLPattern]:
        views = {'download': require_GET(self.download_view), 'cancel': require_POST(self.cancel_view)}
        return [
            path(f'<int:pk>/{name}/', self.admin_site.admin_view(view), name=f'{NAME}_{name}')
            for name, view in views.items()
        ] + super().get_urls()

    def save_model(self, request: HttpRequest, obj: Export, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in ('regie', 'first_day', 'last_day', 'family_id')}
        made = request_export(
            **given,
            kind=ExportKind(obj.kind),
            format=ExportFormat(obj.format),
            requested_by=request.user.get_username(),
        )
        obj.__dict__.update(made.__dict__)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Its own page, which says how far it is."""
        messages.success(request, 'L’export est demandé : cette page se met à jour d’elle-même.')
        return HttpResponseRedirect(reverse(f'admin:{NAME}_change', args=[obj.pk]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = '',
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        export = self.get_object(request, object_id) if object_id else None
        pending = export is not None and export.state == ExportState.PENDING
        shown = {'maelis_pending': pending, 'maelis_cancel': pending and _may_cancel(request)}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def download_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """For whoever may view exports."""
        export = self._found(request, pk)
        if not export.downloadable(timezone.now()):
            raise Http404('expired')
        try:
            file = open_export(export)
        except NotFound as error:
            raise Http404(str(error)) from error
        kind = MEDIA_TYPES[export.extension]
        answer = FileResponse(file, as_attachment=True, filename=export.download_name, content_type=kind)
        answer['Cache-Control'] = 'no-store, private'
        answer['X-Content-Type-Options'] = 'nosniff'
        return answer

    @non_atomic_requests
    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        export = self._found(request, pk)
        if not _may_cancel(request):
            raise PermissionDenied
        try:
            cancel_export(export, actor=request.user.get_username())
        except BadRequest as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, 'L’export est abandonné.')
        return HttpResponseRedirect(reverse(f'admin:{NAME}_change', args=[pk]))

    def _found(self, request: HttpRequest, pk: int) -> Export:
        export = self.get_object(request, str(pk))
        if export is None:
            raise Http404
        if not self.has_view_permission(request, export):
            raise PermissionDenied
        found: Export = export
        return found

    @admin.display(description='état', ordering='state')
    def state_label(self, export: Export) -> SafeString:
        if export.cancelled_at:
            return badge('over', 'abandonné')
        return badge(BADGES[ExportState(export.state)], export.get_state_display())

    @admin.display(description='période')
    def period(self, export: Export) -> str:
        return period_text(export.first_day, export.last_day) or 'sans limite'

    @admin.display(description='avancement')
    def progress(self, export: Export) -> SafeString | str:
        if not export.total:
            return 'pas encore commencé' if export.state == ExportState.PENDING else '–'
        said = f'{export.done} lignes sur {export.total}'
        return format_html(
            '<progress value="{}" max="{}">{}</progress> {}', export.done, export.total, said, said
        )

    @admin.display(description='fichier')
    def file_link(self, export: Export) -> SafeString | str:
        if not export.downloadable(timezone.now()):
            return 'expiré' if export.state == ExportState.CREATED else '–'
        address = reverse(f'admin:{NAME}_download', args=[export.pk])
        return format_html('<a href="{}">Télécharger</a> ({})', address, filesizeformat(export.size))


def _may_cancel(request: HttpRequest) -> bool:
    return request.user.has_perm('passerelle_maelis_invoices.change_export')
