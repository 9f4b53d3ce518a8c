"""What a person is asked before one of the admin's buttons does something."""

from typing import Any

from django import forms
from django.utils import timezone

from ..domain.invoice import split_invoice_id
from ..domain.money import CENT, LARGEST
from ..domain.paris import PARIS

#: Of a family and of a number: what a payment's row can hold.
LONGEST_PART = 100
MOMENT = '%d/%m/%Y %H:%M'


def _text(label: str, *, required: bool = True, help_text: str = '') -> forms.CharField:
    widget = forms.Textarea(attrs={'rows': 2, 'cols': 60})
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget)


class ReasonForm(forms.Form):
    reason = _text('Motif', help_text='Il est gardé au journal du règlement, avec votre nom.')


class RemarkForm(forms.Form):
    reason = _text('Remarque', required=False, help_text='Gardée au journal, avec votre nom.')


class HowForm(forms.Form):
    reason = _text('Comment le savez-vous ?', help_text='Par exemple : vu dans Maelis, dossier 1312.')


class InvoiceIdForm(forms.Form):
    invoice_id = forms.CharField(
        label='Facture', max_length=200, help_text='Dossier, tiret, facture ; par exemple 1312-30.'
    )

    def clean_invoice_id(self) -> str:
        invoice_id = str(self.cleaned_data['invoice_id'])
        parts = split_invoice_id(invoice_id)
        if not parts[0] or not invoice_id.isprintable() or max(map(len, parts)) > LONGEST_PART:
            raise forms.ValidationError('Donnez le numéro complet : dossier, tiret, facture.')
        return invoice_id


def _amount(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label='Montant payé (€)',
        min_value=CENT,
        max_value=LARGEST,
        decimal_places=2,
        localize=True,
        **options,
    )


class InvoiceForm(InvoiceIdForm, ReasonForm):
    field_order = ['invoice_id', 'reason']


class AmountForm(ReasonForm):
    amount = _amount(help_text='Tel que la banque l’a encaissé.')
    field_order = ['amount', 'reason']


class ParisTimeField(forms.DateTimeField):
    """Shown and typed as in Paris, whatever the site's time zone."""

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(PARIS):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        with timezone.override(PARIS):
            return super().to_python(value)


class ReplayForm(InvoiceIdForm):
    transaction_id = forms.RegexField(
        r'^[^\x00-\x1f\x7f]+$',
        label='Référence de transaction',
        strip=True,
        max_length=200,
        help_text='Celle du portail : si la notification revient, elle ne sera pas enregistrée deux fois.',
    )
    amount = _amount(required=False, help_text='Vide : ce qui reste à payer sur la facture.')
    paid_at = ParisTimeField(
        label='Payé le',
        required=False,
        input_formats=[MOMENT, '%d/%m/%Y %H:%M:%S', '%d/%m/%Y'],
        widget=forms.DateTimeInput(format=MOMENT),
        help_text='Jour et heure de Paris, par exemple 02/03/2026 14:30 ; vide : maintenant.',
    )
    reason = _text('Remarque', required=False, help_text='Gardée au journal, avec votre nom.')
    field_order = ['invoice_id', 'transaction_id', 'amount', 'paid_at', 'reason']
