from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Max, QuerySet
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from ..errors import ConnectorError
from ..models import Connector, InvoiceList
from ..use_cases.check_connector import Level, local_status
from ..use_cases.import_regies import import_regies
from ..use_cases.try_connection import try_connection
from .badges import level_badge
from .base_url import absolute_base_url
from .buttons import act_on
from .connector_form import ConnectorForm
from .media import MaelisMedia

LEVELS = {Level.OK: messages.SUCCESS, Level.WARNING: messages.WARNING, Level.CRITICAL: messages.ERROR}
PASSWORD_FIELDS = ('new_password', 'forget_password')


@admin.register(Connector)
class ConnectorAdmin(MaelisMedia, admin.ModelAdmin):  # type: ignore[type-arg]
    form = ConnectorForm
    list_display = ('title', 'slug', 'wsdl_url', 'regie_count')
    search_fields = ('title', 'slug', 'wsdl_url')
    prepopulated_fields = {'slug': ('title',)}
    fieldsets = (
        ('Connecteur', {'fields': ('title', 'slug', 'description')}),
        (
            'Accès à Maelis',
            {'fields': ('wsdl_url', 'service_url', 'username', PASSWORD_FIELDS)},
        ),
        (
            'Réseau',
            {
                'classes': ('collapse',),
                'fields': ('verify_tls', 'ca_bundle', 'client_certificate', 'proxy_url'),
            },
        ),
        (
            'Comportement',
            {'fields': ('deadline', 'fresh_for', 'payment_lag', 'refresh_rate', 'treasury_included')},
        ),
        ('Alertes', {'fields': ('alert_emails', 'alert_webhook')}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connector]:
        """The password is read by nobody here; one that cannot be deciphered any more spoils no page."""
        connectors = Connector.objects.defer('password').order_by('slug')
        return connectors.annotate(regie_count=Count('regies'))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only view sees no field that is only for writing."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return [
            (title, {**options, 'fields': _readable(options['fields'])}) for title, options in self.fieldsets
        ]

    def get_urls(self) -> list[URLPattern]:
        buttons = {'try-connection': self.try_connection_view, 'import-regies': self.import_regies_view}
        return [
            path(
                f'<path:object_id>/{name}/',
                self.admin_site.admin_view(view),
                name=f'passerelle_maelis_invoices_connector_{name}',
            )
            for name, view in buttons.items()
        ] + super().get_urls()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = '',
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        connector = self.get_object(request, object_id) if object_id else None
        shown = _shown(request, connector) if connector else {}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def response_post_save_add(self, request: HttpRequest, obj: Connector) -> HttpResponseRedirect:
        """Its own page, where the buttons are."""
        messages.info(request, 'Testez maintenant la connexion, puis importez les régies.')
        return HttpResponseRedirect(
            reverse('admin:passerelle_maelis_invoices_connector_change', args=[obj.pk])
        )

    @non_atomic_requests
    def try_connection_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return act_on(self, request, object_id, _try_connection)

    @non_atomic_requests
    def import_regies_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return act_on(self, request, object_id, _import_regies)

    @admin.display(description='régies', ordering='regie_count')
    def regie_count(self, connector: Any) -> int:
        return int(connector.regie_count)


def _try_connection(request: HttpRequest, connector: Connector) -> None:
    check = try_connection(connector=connector)
    messages.add_message(request, LEVELS[check.level], check.message)


def _import_regies(request: HttpRequest, connector: Connector) -> None:
    try:
        imported = import_regies(connector=connector)
    except ConnectorError as error:
        messages.error(request, f'Les régies n’ont pas pu être importées. {error}')
        return
    level = messages.WARNING if imported.missing else messages.SUCCESS
    messages.add_message(request, level, imported.in_words())


def _shown(request: HttpRequest, connector: Connector) -> dict[str, Any]:
    """What the page shows beside the form; Maelis is not asked."""
    lists = InvoiceList.objects.filter(regie__connector=connector)
    return {
        'maelis_checks': [
            {'badge': level_badge(check.level), 'message': check.message}
            for check in local_status(connector).checks
        ],
        'maelis_read_at': lists.aggregate(last=Max('read_at'))['last'],
        'maelis_failed_list': lists.filter(failed_at__isnull=False).order_by('-failed_at').first(),
        'maelis_regies': [
            {'regie': regie, 'base_url': absolute_base_url(request, connector.slug, regie.code)}
            for regie in connector.regies.order_by('code')
        ],
    }


def _readable(fields: Any) -> tuple[str, ...]:
    return tuple(name for name in fields if name != PASSWORD_FIELDS)
