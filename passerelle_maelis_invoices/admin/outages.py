from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from ..domain.french import duration, moment
from ..models import Connector, Outage
from ..use_cases.list_outages import is_worth_a_replay, list_outages
from .badges import badge
from .media import MaelisMedia
from .read_only import ReadOnlyAdmin


@admin.register(Outage)
class OutageAdmin(MaelisMedia, ReadOnlyAdmin):
    list_display = ('who', 'connector_or_all', 'began', 'ended', 'length', 'replay')
    list_filter = ('who', 'began_at')
    list_select_related = ('connector',)
    fields = list_display

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown: HttpResponse = super().changelist_view(
            request, {**(extra_context or {}), 'maelis_running': list(_running())}
        )
        return shown

    @admin.display(description='connecteur', ordering='connector')
    def connector_or_all(self, outage: Outage) -> str:
        return str(outage.connector or 'tous')

    @admin.display(description='début', ordering='began_at')
    def began(self, outage: Outage) -> str:
        return moment(outage.began_at)

    @admin.display(description='fin', ordering='ended_at')
    def ended(self, outage: Outage) -> str:
        return moment(outage.ended_at)

    @admin.display(description='durée')
    def length(self, outage: Outage) -> str:
        return duration(outage.ended_at - outage.began_at)

    @admin.display(description='à rejouer')
    def replay(self, outage: Outage) -> SafeString | str:
        """While Maelis or the worker was silent, payments only waited."""
        if outage.who != Outage.CONNECTOR:
            return 'non'
        if is_worth_a_replay(outage.began_at, outage.ended_at):
            return badge('level-warning', 'oui')
        return 'non'


def _running() -> Iterator[str]:
    for connector in Connector.objects.order_by('slug'):
        for outage in list_outages(connector=connector):
            if outage.ended_at is None:
                yield (
                    f'{connector} : Maelis ne répond plus depuis le {moment(outage.began_at)} '
                    f'({duration(outage.length)}).'
                )
