from django.contrib import admin
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..models import Invoice, InvoiceList, Payment
from ..use_cases.show_invoices import show_invoices
from .amounts import euros
from .bean import plain_fields, tables
from .media import MaelisMedia
from .payment_table import payment_table
from .read_only import FoundByInvoiceId, OfRegie, ReadOnlyAdmin

TEMPLATES = 'admin/passerelle_maelis_invoices/invoice'


@admin.register(Invoice)
class InvoiceAdmin(MaelisMedia, FoundByInvoiceId, OfRegie, ReadOnlyAdmin):
    list_display = ('number', 'family_id', 'label', 'total_euros', 'paid_euros', 'due_date', 'regie_code')
    list_filter = ('regie', ('vanished_at', admin.EmptyFieldListFilter), 'has_pdf')
    search_fields = ('=number', '=family_id')
    search_help_text = 'Numéro de facture, de dossier famille, ou les deux (1312-30).'
    ordering = ('-invoice_date', '-number')
    fieldsets = (
        (None, {'fields': ('label', 'number', 'family_id', 'regie', 'invoice_date', 'due_date', 'has_pdf')}),
        (
            'Selon Maelis',
            {'fields': ('total_euros', 'paid_euros', 'treasury_euros', 'changed_at', 'vanished_at')},
        ),
        ('Ce que voit l’usager', {'fields': ('shown_remaining', 'our_payments')}),
        ('Contenu reçu de Maelis', {'fields': ('pretty_bean',)}),
    )

    @admin.display(description='montant', ordering='total')
    def total_euros(self, invoice: Invoice) -> str:
        return euros(invoice.total)

    @admin.display(description='payé selon Maelis', ordering='paid')
    def paid_euros(self, invoice: Invoice) -> str:
        return euros(invoice.paid)

    @admin.display(description='dont trésorerie')
    def treasury_euros(self, invoice: Invoice) -> str:
        return euros(invoice.paid_at_treasury)

    @admin.display(description='reste à payer')
    def shown_remaining(self, invoice: Invoice) -> str:
        shown = show_invoices(invoice.regie, Invoice.objects.filter(pk=invoice.pk))
        return euros(shown[0].remaining) if shown else 'Elle ne lui est plus montrée.'

    @admin.display(description='nos règlements')
    def our_payments(self, invoice: Invoice) -> SafeString | str:
        return payment_table(_payments_on(invoice).order_by('received_at')) or 'Aucun.'

    @admin.display(description='InvoiceBean')
    def pretty_bean(self, invoice: Invoice) -> SafeString:
        context = {'fields': plain_fields(invoice.bean), 'tables': tables(invoice.bean)}
        return render_to_string(f'{TEMPLATES}/bean.html', context)


@admin.register(InvoiceList)
class InvoiceListAdmin(MaelisMedia, OfRegie, ReadOnlyAdmin):
    list_display = ('family_id', 'regie_code', 'read_at', 'failed_at', 'last_error', 'last_invoice_date')
    list_filter = ('regie', ('failed_at', admin.EmptyFieldListFilter))
    search_fields = ('=family_id',)
    search_help_text = 'Numéro de dossier famille.'
    ordering = ('-pk',)


def _payments_on(invoice: Invoice) -> QuerySet[Payment]:
    return Payment.objects.of_invoices(invoice.regie, [invoice.number])
