from django.contrib import admin

from ..models import RejectedNotification
from .media import MaelisMedia
from .raw_text import preformatted
from .read_only import ReadOnlyAdmin


@admin.register(RejectedNotification)
class RejectedNotificationAdmin(MaelisMedia, ReadOnlyAdmin):
    list_display = ('received_at', 'regie', 'invoice_id', 'client', 'reason')
    list_filter = ('regie', 'received_at')
    list_select_related = ('regie', 'client')
    search_fields = ('=invoice_id', 'body')
    fields = ('received_at', 'regie', 'invoice_id', 'client', 'reason', 'body_as_received')

    @admin.display(description='contenu reçu')
    def body_as_received(self, notification: RejectedNotification) -> str:
        return preformatted(notification.body)
