from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..models import Regie
from .base_url import absolute_base_url, base_path
from .media import MaelisMedia


@admin.register(Regie)
class RegieAdmin(MaelisMedia, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = (
        'label',
        'code',
        'active',
        'online_payment',
        'minimum_amount',
        'maximum_amount',
        'portal_address',
    )
    list_editable = ('active', 'online_payment', 'minimum_amount', 'maximum_amount')
    list_filter = ('connector',)
    list_select_related = ('connector',)
    search_fields = ('label', 'code')
    fieldsets = (
        (None, {'fields': ('connector', 'code', 'label', 'active')}),
        ('Paiement en ligne', {'fields': ('online_payment', 'minimum_amount', 'maximum_amount')}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Connector and code are in the addresses that portals know; the label is Maelis's."""
        return ('connector', 'code', 'label') if obj else ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = '',
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        regie = self.get_object(request, object_id) if object_id else None
        address = regie and absolute_base_url(request, regie.connector.slug, regie.code)
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), 'maelis_base_url': address}
        )

    @admin.display(description='adresse pour le portail')
    def portal_address(self, regie: Regie) -> SafeString:
        return format_html('<code data-copy>{}</code>', base_path(regie.connector.slug, regie.code))
