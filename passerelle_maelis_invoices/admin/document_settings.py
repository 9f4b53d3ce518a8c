from base64 import b64encode
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from ..documents.logo import is_picture
from ..models import DocumentSettings
from ..models.document_settings import LARGEST_LOGO
from ..use_cases.letterhead import TEMPLATES
from ..use_cases.make_sample_invoice import make_sample_invoice
from .media import MaelisMedia

NAME = 'passerelle_maelis_invoices_documentsettings'
TEXTS = ('invoice', 'credit_note', 'receipt')


class DocumentSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    new_logo = forms.FileField(label='Logo', required=False, help_text='PNG ou JPEG, moins de 300 ko.')
    forget_logo = forms.BooleanField(label='Retirer le logo', required=False)

    class Meta:
        model = DocumentSettings
        exclude = ['logo']

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TEXTS:
            field = self.fields[f'{name}_text']
            field.widget.attrs['placeholder'] = _default(name)

    def clean(self) -> Any:
        """Its form and size are the model's to judge."""
        cleaned = super().clean() or {}
        file = cleaned.get('new_logo')
        if file is not None and file:
            self.instance.logo = file.read(LARGEST_LOGO + 1)
            if not is_picture(self.instance.logo):
                self.add_error('new_logo', 'Ce fichier n’est pas une image lisible, PNG ou JPEG.')
        elif cleaned.get('forget_logo'):
            self.instance.logo = b''
        return cleaned


@admin.register(DocumentSettings)
class DocumentSettingsAdmin(MaelisMedia, admin.ModelAdmin):  # type: ignore[type-arg]
    form = DocumentSettingsForm
    change_form_template = 'admin/passerelle_maelis_invoices/documentsettings/change_form.html'
    list_display = ('regie', 'organisation', 'siret')
    list_select_related = ('regie',)
    readonly_fields = ('logo_shown',)
    fieldsets = (
        (None, {'fields': ('regie',)}),
        (
            'Émetteur',
            {
                'fields': ('organisation', 'address', 'siret', 'logo_shown', 'new_logo', 'forget_logo'),
                'description': 'Ce bloc est en tête des factures, des avoirs et des quittances de la régie.',
            },
        ),
        (
            'Textes',
            {
                'fields': ('invoice_text', 'credit_note_text', 'receipt_text', 'vat_note', 'footer'),
                'description': 'Un texte vide garde celui par défaut ; une ligne vide sépare deux alinéas.',
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ('regie', *self.readonly_fields) if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only view sees no field that is only for writing."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        hidden = ('new_logo', 'forget_logo')
        return [
            (title, {**options, 'fields': tuple(n for n in options['fields'] if n not in hidden)})
            for title, options in self.fieldsets
        ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_GET(self.preview_view))
        return [path('<int:pk>/preview/', view, name=f'{NAME}_preview'), *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """An invented invoice, as it would be printed."""
        own = self.get_object(request, str(pk))
        if own is None:
            raise Http404
        if not self.has_view_permission(request, own):
            raise PermissionDenied
        return HttpResponse(make_sample_invoice(regie=own.regie), content_type='application/pdf')

    @admin.display(description='logo actuel')
    def logo_shown(self, own: DocumentSettings) -> SafeString | str:
        content = bytes(own.logo or b'')
        if not content:
            return 'Aucun.'
        kind = 'png' if content.startswith(b'\x89PNG') else 'jpeg'
        data = b64encode(content).decode()
        return format_html('<img class="maelis-logo" alt="logo" src="data:image/{};base64,{}">', kind, data)


def _default(name: str) -> str:
    """The default as somebody would type it."""
    template: Any = get_template(f'{TEMPLATES}/{name}.txt')
    source = str(template.template.source).strip()
    return source.replace('{% autoescape off %}', '').replace('{% endautoescape %}', '')
