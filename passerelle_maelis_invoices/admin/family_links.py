from django.contrib import admin

from ..models import FamilyLink


@admin.register(FamilyLink)
class FamilyLinkAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ('name_id', 'family_id', 'connector', 'created_at')
    list_filter = ('connector',)
    list_select_related = ('connector',)
    search_fields = ('=name_id', '=family_id')
    search_help_text = 'NameID ou numéro de dossier famille, en entier.'
    readonly_fields = ('created_at',)
    show_full_result_count = False
