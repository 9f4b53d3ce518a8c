from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..models import Invoice, Payment
from ..models.payment import ATTENTION_LABELS, STATE_LABELS
from .action_buttons import action_buttons
from .actions import action_view
from .amounts import euros
from .badges import attention_badge, badge, state_badge
from .import_payments import import_payments_view
from .media import MaelisMedia
from .payment_actions import PAYMENTS
from .payment_rights import may_act
from .payment_words import event_words, oddity_words
from .raw_text import preformatted_json
from .read_only import FoundByInvoiceId, OfRegie, ReadOnlyAdmin


class AttentionFilter(admin.SimpleListFilter):
    title = 'à traiter'
    parameter_name = 'attention'

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        reasons = [(reason.value, label) for reason, label in ATTENTION_LABELS.items()]
        return [('any', 'Oui, quel qu’en soit le motif'), *reasons, ('none', 'Non')]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        match self.value():
            case None:
                return queryset
            case 'any':
                return queryset.exclude(attention='')
            case 'none':
                return queryset.filter(attention='')
            case reason:
                return queryset.filter(attention=reason)


@admin.register(Payment)
class PaymentAdmin(MaelisMedia, FoundByInvoiceId, OfRegie, ReadOnlyAdmin):
    number_field = 'invoice_number'
    list_display = (
        'transaction_id',
        'state_label',
        'attention_label',
        'invoice_id',
        'amount_euros',
        'regie_code',
        'received_at',
    )
    list_filter = ('state', AttentionFilter, 'received_at', 'regie')
    search_fields = ('=transaction_id', '=order_id', '=bank_transaction_id', '=invoice_number', '=family_id')
    search_help_text = (
        'Référence de transaction, de commande ou bancaire, facture (1312-30) ou dossier famille.'
    )
    ordering = ('-received_at', '-pk')
    fieldsets = (
        (None, {'fields': ('state_label', 'attention_label', 'oddities_label', 'journal')}),
        (
            'Règlement',
            {
                'fields': (
                    'invoice_link',
                    'regie',
                    'amount_euros',
                    'allotted_euros',
                    'surplus_euros',
                    'paid_at',
                    'received_at',
                    'client',
                )
            },
        ),
        (
            'Transmission à Maelis',
            {
                'fields': (
                    'sent_at',
                    'acknowledged_at',
                    'seen_at',
                    'next_attempt_at',
                    'failures',
                    'losses',
                    'refusals',
                    'baseline_euros',
                    'lease_until',
                )
            },
        ),
        ('Banque', {'fields': ('transaction_id', 'order_id', 'bank_transaction_id', 'pretty_notification')}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        erased = [('Effacement', {'fields': ('erased_at',)})] if obj and obj.erased_at else []
        return [*self.fieldsets, *erased]

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ('import/', self.import_view, 'import-payments'),
            ('<path:object_id>/do/<slug:name>/', self.action_view, 'payment_action'),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f'passerelle_maelis_invoices_{name}')
            for route, view, name in own
        ] + super().get_urls()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown: HttpResponse = super().changelist_view(
            request, {**(extra_context or {}), 'maelis_may_act': may_act(request)}
        )
        return shown

    @non_atomic_requests
    def import_view(self, request: HttpRequest) -> HttpResponse:
        return import_payments_view(request, admin=self)

    @non_atomic_requests
    def action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return action_view(request, object_id, name, admin=self, kind=PAYMENTS)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = '',
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        payment = self.get_object(request, object_id)
        offered = {'maelis_buttons': action_buttons(request, payment, PAYMENTS) if payment else []}
        shown: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **offered}
        )
        return shown

    @admin.display(description='facture')
    def invoice_id(self, payment: Payment) -> str:
        return payment.invoice_id

    @admin.display(description='facture')
    def invoice_link(self, payment: Payment) -> SafeString | str:
        if payment.erased_at:
            return 'effacée'
        invoice = Invoice.objects.filter(regie_id=payment.regie_id, number=payment.invoice_number).first()
        if invoice is None:
            return f'{payment.invoice_id} (jamais lue dans Maelis)'
        url = reverse('admin:passerelle_maelis_invoices_invoice_change', args=[invoice.pk])
        return format_html('<a href="{}">{} – {}</a>', url, payment.invoice_id, invoice.label)

    @admin.display(description='état', ordering='state')
    def state_label(self, payment: Payment) -> SafeString:
        return state_badge(payment)

    @admin.display(description='à traiter', ordering='attention', empty_value='')
    def attention_label(self, payment: Payment) -> SafeString | str:
        return attention_badge(payment)

    @admin.display(description='particularités')
    def oddities_label(self, payment: Payment) -> str:
        return ', '.join(oddity_words(code) for code in payment.oddities) or '–'

    @admin.display(description='montant', ordering='amount')
    def amount_euros(self, payment: Payment) -> str:
        return euros(payment.amount)

    @admin.display(description='imputé à la facture')
    def allotted_euros(self, payment: Payment) -> str:
        return euros(payment.allotted)

    @admin.display(description='trop-perçu à rendre')
    def surplus_euros(self, payment: Payment) -> str:
        return euros(payment.surplus)

    @admin.display(description='payé selon Maelis avant l’envoi')
    def baseline_euros(self, payment: Payment) -> str:
        return euros(payment.baseline)

    @admin.display(description='notification reçue')
    def pretty_notification(self, payment: Payment) -> SafeString:
        return preformatted_json(payment.notification)

    @admin.display(description='journal')
    def journal(self, payment: Payment) -> SafeString:
        labels = {state.value: label for state, label in STATE_LABELS.items()}
        steps = [
            {
                'event': event,
                'words': event_words(event.event),
                'state': badge(event.to_state, labels.get(event.to_state, event.to_state)),
            }
            for event in payment.events.order_by('n')
        ]
        return render_to_string('admin/passerelle_maelis_invoices/payment/journal.html', {'steps': steps})
