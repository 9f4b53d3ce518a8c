from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import NotedDrift
from .media import MaelisMedia
from .read_only import ReadOnlyAdmin


@admin.register(NotedDrift)
class NotedDriftAdmin(MaelisMedia, ReadOnlyAdmin):
    """Only ``accepted`` is a person's to say; a row that is deleted is told anew when it is seen again."""

    list_display = ('element', 'what', 'operation', 'example', 'count', 'first_seen_at', 'last_seen_at')
    list_filter = ('connector', 'what', 'last_seen_at')
    search_fields = ('element',)
    fields = ('connector', *list_display, 'accepted')

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An unknown element refuses nothing: there is nothing to accept."""
        decided = obj is not None and obj.what == NotedDrift.MISSING
        return tuple(name for name in self.fields if not (decided and name == 'accepted'))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
