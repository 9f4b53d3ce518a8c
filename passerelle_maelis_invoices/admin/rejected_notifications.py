from typing import Any

from django.contrib import admin
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from ..models import RejectedNotification
from .action_buttons import action_buttons
from .actions import action_view
from .media import MaelisMedia
from .raw_text import preformatted
from .read_only import ReadOnlyAdmin
from .rejected_actions import REJECTED

SETTLED = ('settled_at', 'settled_by', 'outcome', 'payment')


@admin.register(RejectedNotification)
class RejectedNotificationAdmin(MaelisMedia, ReadOnlyAdmin):
    list_display = ('received_at', 'regie', 'invoice_id', 'client', 'reason', 'settled_at')
    list_filter = (('settled_at', admin.EmptyFieldListFilter), 'regie', 'received_at')
    list_select_related = ('regie', 'client')
    search_fields = ('=invoice_id', 'body')
    fields = ('received_at', 'regie', 'invoice_id', 'client', 'reason', 'body_as_received', *SETTLED)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.action_view)
        name = 'passerelle_maelis_invoices_rejectednotification_action'
        return [path('<path:object_id>/do/<slug:name>/', view, name=name), *super().get_urls()]

    @non_atomic_requests
    def action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return action_view(request, object_id, name, admin=self, kind=REJECTED)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = '',
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        offered = {'maelis_buttons': action_buttons(request, row, REJECTED) if row else []}
        shown: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **offered}
        )
        return shown

    @admin.display(description='contenu reçu')
    def body_as_received(self, notification: RejectedNotification) -> str:
        return preformatted(notification.body)
