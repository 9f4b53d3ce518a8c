from django.contrib import admin
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..models import LedgerEntry, MonthClosing
from .amounts import euros
from .ledger_month import close_month_view, ledger_month_view
from .media import MaelisMedia
from .read_only import OfRegie, ReadOnlyAdmin


@admin.register(LedgerEntry)
class LedgerEntryAdmin(MaelisMedia, OfRegie, ReadOnlyAdmin):
    change_list_template = 'admin/passerelle_maelis_invoices/ledger/change_list.html'
    list_display = ('number', 'day', 'kind', 'amount_euros', 'means', 'payment_link', 'regie_code')
    list_filter = ('regie', 'year', 'kind', 'means')
    list_select_related = ('regie',)
    date_hierarchy = 'day'
    search_fields = ('=reference', '=n')
    search_help_text = 'Référence de transaction, ou numéro d’écriture.'
    ordering = ('-year', '-n')
    fields = (
        'number',
        'regie',
        'day',
        'kind',
        'amount_euros',
        'means',
        'payment_link',
        'credit_note',
        'written_at',
        'previous_hash',
        'hash',
    )

    def get_urls(self) -> list[URLPattern]:
        own = {'month/': ledger_month_view, 'close/': close_month_view}
        return [
            path(
                tail,
                self.admin_site.admin_view(lambda request, view=view: view(request, admin=self)),
                name=f'passerelle_maelis_invoices_ledger_{tail.strip("/")}',
            )
            for tail, view in own.items()
        ] + super().get_urls()

    @admin.display(description='n°', ordering='n')
    def number(self, entry: LedgerEntry) -> str:
        return f'{entry.year}/{entry.n}'

    @admin.display(description='montant', ordering='amount')
    def amount_euros(self, entry: LedgerEntry) -> str:
        return euros(entry.amount)

    @admin.display(description='règlement')
    def payment_link(self, entry: LedgerEntry) -> SafeString:
        url = reverse('admin:passerelle_maelis_invoices_payment_change', args=[entry.payment_id])
        return format_html('<a href="{}">{}</a>', url, entry.reference)


@admin.register(MonthClosing)
class MonthClosingAdmin(MaelisMedia, OfRegie, ReadOnlyAdmin):
    list_display = ('month_label', 'total_euros', 'last_n', 'closed_at', 'actor', 'regie_code')
    list_filter = ('regie',)
    ordering = ('-month',)
    fields = ('month_label', 'regie', 'total_euros', 'last_n', 'last_hash', 'closed_at', 'actor')

    @admin.display(description='mois', ordering='month')
    def month_label(self, closing: MonthClosing) -> str:
        return f'{closing.month:%m/%Y}'

    @admin.display(description='total du mois', ordering='total')
    def total_euros(self, closing: MonthClosing) -> str:
        return euros(closing.total)
