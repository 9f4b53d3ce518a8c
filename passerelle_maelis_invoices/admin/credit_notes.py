from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..domain.credit_note import REFUND_STEPS, Refund
from ..models import CreditNote
from ..models.credit_note import REFUND_LABELS, CreditNoteQuerySet
from ..use_cases.record_refund import record_refund_done, record_refund_returned
from .action_buttons import Button, action_buttons
from .action_forms import ReasonForm
from .actions import Action, Kind, action_view
from .amounts import euros
from .badges import badge
from .credit_note_pdf import NAME, credit_note_pdf_view, pdf_button
from .media import MaelisMedia
from .read_only import OfRegie, ReadOnlyAdmin

TEMPLATE = 'admin/passerelle_maelis_invoices/creditnote/journal.html'


class RefundForm(forms.Form):
    done_on = forms.DateField(label='Fait le', widget=forms.DateInput(attrs={'type': 'date'}))
    reference = forms.CharField(
        label='Référence', max_length=100, help_text='Celle du virement ou du mandat.'
    )


class RefundFilter(admin.SimpleListFilter):
    title = 'remboursement'
    parameter_name = 'refund'

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(progress.value, label) for progress, label in REFUND_LABELS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CreditNote]) -> QuerySet[CreditNote]:
        refund = {'refund': self.value()}
        return queryset.filter(**refund) if self.value() else queryset


@admin.register(CreditNote)
class CreditNoteAdmin(MaelisMedia, OfRegie, ReadOnlyAdmin):
    change_form_template = 'admin/passerelle_maelis_invoices/payment/change_form.html'
    list_display = ('number_label', 'refund_label', 'amount_euros', 'payment_link', 'issued_at', 'regie_code')
    list_filter = (RefundFilter, 'year', 'regie', 'issued_at')
    search_fields = ('=payment__transaction_id', '=payment__invoice_number', '=payment__family_id')
    search_help_text = 'Référence de transaction, numéro de facture ou de dossier famille.'
    fields = (
        'number_label',
        'amount_euros',
        'payment_link',
        'regie',
        'issued_at',
        'actor',
        'reason',
        'refund_label',
        'refund_journal',
    )

    class Media(MaelisMedia.Media):
        css = {'all': [*MaelisMedia.Media.css['all'], 'passerelle_maelis_invoices/finance.css']}

    def get_queryset(self, request: HttpRequest) -> CreditNoteQuerySet:
        return CreditNote.objects.with_refund().select_related('regie', 'payment')

    def get_urls(self) -> list[URLPattern]:
        act, pdf = self.admin_site.admin_view(self.action_view), self.admin_site.admin_view(self.pdf_view)
        return [
            path('<path:object_id>/do/<slug:name>/', act, name=f'{NAME}_action'),
            path('<int:pk>/pdf/', pdf, name=f'{NAME}_pdf'),
            *super().get_urls(),
        ]

    @non_atomic_requests
    def action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return action_view(request, object_id, name, admin=self, kind=CREDIT_NOTES)

    def pdf_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return credit_note_pdf_view(request, pk, admin=self)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = '',
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        note = self.get_object(request, object_id)
        offered = {'maelis_buttons': _buttons(request, note) if note else []}
        shown: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **offered}
        )
        return shown

    @admin.display(description='numéro', ordering='n')
    def number_label(self, note: CreditNote) -> str:
        return note.number

    @admin.display(description='remboursement')
    def refund_label(self, note: Any) -> SafeString:
        return badge(f'refund-{note.refund}', REFUND_LABELS[Refund(note.refund)])

    @admin.display(description='montant', ordering='amount')
    def amount_euros(self, note: CreditNote) -> str:
        return euros(note.amount)

    @admin.display(description='règlement')
    def payment_link(self, note: CreditNote) -> SafeString:
        url = reverse('admin:passerelle_maelis_invoices_payment_change', args=[note.payment_id])
        return format_html('<a href="{}">{}</a>', url, note.payment)

    @admin.display(description='journal du remboursement')
    def refund_journal(self, note: CreditNote) -> SafeString:
        return _journal(note)


def _buttons(request: HttpRequest, note: CreditNote) -> list[Button]:
    return [pdf_button(note), *action_buttons(request, note, CREDIT_NOTES)]


def _journal(note: CreditNote) -> SafeString:
    return render_to_string(TEMPLATE, {'note': note, 'steps': note.refund_steps.order_by('n')})


def _may_become(progress: Refund) -> Any:
    return lambda note: progress in REFUND_STEPS[Refund(note.last_step.progress)]


CREDIT_NOTE_ACTIONS: tuple[Action[CreditNote], ...] = (
    Action(
        name='refunded',
        label='Remboursement fait',
        explains='Notez ici que la somme a été rendue au payeur, une fois qu’elle l’a été.',
        form=RefundForm,
        offered=_may_become(Refund.DONE),
        act=lambda note, actor, given: record_refund_done(note, actor=actor, **given),
        done='le remboursement est noté comme fait.',
    ),
    Action(
        name='returned',
        label='Remboursement revenu',
        explains='Le virement a été rejeté ou renvoyé : le remboursement sera de nouveau à faire.',
        form=ReasonForm,
        offered=lambda note: note.last_step.progress == Refund.DONE,
        act=lambda note, actor, given: record_refund_returned(note, actor=actor, reason=given['reason']),
        done='le remboursement est de nouveau à faire.',
    ),
)
CREDIT_NOTES: Kind[CreditNote] = Kind(
    CREDIT_NOTE_ACTIONS, lambda note: str(note.last_step.n), lambda request, note: _journal(note)
)
