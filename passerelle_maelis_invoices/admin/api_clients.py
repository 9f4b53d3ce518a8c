from typing import Any

from django.contrib import admin, messages
from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.html import format_html

from ..models import ApiClient
from ..use_cases.issue_credentials import issue_api_key, issue_password
from .api_client_form import ApiClientForm
from .media import MaelisMedia


@admin.register(ApiClient)
class ApiClientAdmin(MaelisMedia, admin.ModelAdmin):  # type: ignore[type-arg]
    form = ApiClientForm
    list_display = ('name', 'active', 'orig', 'means', 'reach')
    list_filter = ('active', 'connectors')
    search_fields = ('name', 'orig', 'username')
    filter_horizontal = ('connectors', 'regies')
    readonly_fields = ('means',)
    fieldsets = (
        (None, {'fields': ('name', 'active', 'connectors', 'regies', 'may_export', 'means')}),
        (
            'Signature de Publik',
            {'fields': ('orig', ('first_key', 'forget_first_key'), ('second_key', 'forget_second_key'))},
        ),
        ('Clé d’API', {'fields': ('new_api_key',)}),
        ('Compte (HTTP Basic)', {'fields': ('username', 'new_password')}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiClient]:
        """Keys stay where they are: only whether there are any is shown."""
        signs = Case(When(keys='', then=Value(False)), default=Value(True), output_field=BooleanField())
        clients: QuerySet[ApiClient] = super().get_queryset(request).annotate(signs=signs)
        return clients.defer('keys').prefetch_related('connectors')

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only view sees no field that is only for writing."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return [
            (
                None,
                {
                    'fields': (
                        'name',
                        'active',
                        'connectors',
                        'regies',
                        'may_export',
                        'means',
                        'orig',
                        'username',
                    )
                },
            )
        ]

    def save_model(self, request: HttpRequest, obj: ApiClient, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get('new_api_key'):
            _show_once(request, 'Clé d’API', issue_api_key(client=obj))
        if form.cleaned_data.get('new_password'):
            _show_once(request, f'Mot de passe de {obj.username}', issue_password(client=obj))

    @admin.display(description='s’identifie par')
    def means(self, client: Any) -> str:
        known = {
            'signature': getattr(client, 'signs', False),
            'clé d’API': client.api_key_hash,
            'mot de passe': client.username and client.password_hash,
        }
        return ', '.join(name for name, value in known.items() if value) or 'rien encore'

    @admin.display(description='connecteurs')
    def reach(self, client: ApiClient) -> str:
        return ', '.join(connector.slug for connector in client.connectors.all())


def _show_once(request: HttpRequest, what: str, secret: str) -> None:
    text = '{} : <code data-copy>{}</code> Notez-le maintenant : il ne sera plus jamais montré.'
    messages.success(request, format_html(text, what, secret))
