from django.contrib import admin

from ..models import RefreshRun
from .media import MaelisMedia
from .read_only import ReadOnlyAdmin


@admin.register(RefreshRun)
class RefreshRunAdmin(MaelisMedia, ReadOnlyAdmin):
    list_display = ('connector', 'started_at', 'finished_at', 'full', 'read', 'failed')
    list_filter = ('connector', 'full', 'started_at')
    list_select_related = ('connector',)
    fields = (*list_display, 'abandoned_at', 'slots', 'summary')
