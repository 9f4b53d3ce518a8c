from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..domain.french import duration, moment
from ..models import Alert, Telling
from .badges import badge
from .media import MaelisMedia
from .menu import count_in_menu
from .payment_table import payment_table
from .read_only import ReadOnlyAdmin

ADVICE = 'passerelle_maelis_invoices/alerts/advice'
OPEN, CLOSED = 'open', 'closed'


class OpenFilter(admin.SimpleListFilter):
    title = 'situation'
    parameter_name = 'situation'

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(OPEN, 'En cours'), (CLOSED, 'Terminées')]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alert]) -> QuerySet[Alert]:
        if self.value() not in (OPEN, CLOSED):
            return queryset
        return queryset.filter(closed_at__isnull=self.value() == OPEN)


@admin.register(Alert)
class AlertAdmin(MaelisMedia, ReadOnlyAdmin):
    list_display = ('__str__', 'situation', 'connector', 'since', 'length')
    list_filter = (OpenFilter, 'kind', 'connector')
    list_select_related = ('connector',)
    search_fields = ('message',)
    ordering = (F('closed_at').desc(nulls_first=True), '-opened_at')
    fieldsets = (
        (None, {'fields': ('situation', 'whole_message', 'advice')}),
        (None, {'fields': ('kind', 'connector', 'opened_at', 'closed_at', 'length')}),
        ('Règlements concernés', {'fields': ('payment_rows',)}),
        ('Envois', {'fields': ('told',)}),
    )

    @admin.display(description='situation', ordering='closed_at')
    def situation(self, alert: Alert) -> SafeString:
        if alert.closed_at:
            return badge('over', 'terminée')
        return badge('level-critical', 'en cours')

    @admin.display(description='depuis', ordering='opened_at')
    def since(self, alert: Alert) -> str:
        return moment(alert.opened_at)

    @admin.display(description='durée')
    def length(self, alert: Alert) -> str:
        return duration(alert.closed_at - alert.opened_at) if alert.closed_at else '–'

    @admin.display(description='message')
    def whole_message(self, alert: Alert) -> SafeString:
        return format_html('<div class="maelis-lines">{}</div>', alert.message)

    @admin.display(description='que faire')
    def advice(self, alert: Alert) -> str:
        return ' '.join(render_to_string(f'{ADVICE}/{alert.kind}.txt').split())

    @admin.display(description='règlements')
    def payment_rows(self, alert: Alert) -> SafeString | str:
        return payment_table(alert.payments.order_by('received_at', 'pk')) or 'Aucun.'

    @admin.display(description='personnes prévenues')
    def told(self, alert: Alert) -> SafeString | str:
        tellings = [(_outcome(telling),) for telling in alert.tellings.all()]
        return format_html_join('', '{}<br>', tellings) or 'Personne : ni adresse ni webhook.'


def _outcome(telling: Telling) -> str:
    what = f'{telling.get_news_display()}, par {telling.get_by_display()}'
    if telling.told_at:
        return f'{what} : envoyé le {moment(telling.told_at)}'
    return f'{what} : pas encore envoyé. {telling.last_error}'.strip()


count_in_menu(Alert, lambda: Alert.objects.filter(closed_at__isnull=True).count(), 'en cours')
