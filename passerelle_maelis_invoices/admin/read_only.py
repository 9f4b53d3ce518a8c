"""Rows that only use cases write: the admin shows them to whoever may view them, and changes nothing."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ..domain.invoice import split_invoice_id


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    actions = None
    #: Counting millions of rows for each page would be the slowest thing on it.
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Django counts the right to change a row as a right to view it; so do we, although nobody can."""
        names = [f'{self.opts.app_label}.{verb}_{self.opts.model_name}' for verb in ('view', 'change')]
        return any(request.user.has_perm(name) for name in names)


class OfRegie(admin.ModelAdmin):  # type: ignore[type-arg]
    """A narrow column for the régie; the filter beside the list spells its label out."""

    list_select_related = ('regie',)

    @admin.display(description='régie', ordering='regie__code')
    def regie_code(self, row: Any) -> str:
        return str(row.regie.code)


class FoundByInvoiceId(admin.ModelAdmin):  # type: ignore[type-arg]
    """A search for '1312-30' finds family 1312's invoice 30, beside what ``search_fields`` find."""

    number_field = 'number'

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        family_id, number = split_invoice_id(search_term.strip())
        if family_id:
            found = found | queryset.filter(**{'family_id': family_id, self.number_field: number})
        return found, duplicates
