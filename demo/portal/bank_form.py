"""What the citizen fills in at the pretend bank."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

FULL, PART = 'full', 'part'


class BankForm(forms.Form):
    """Pays all that is left, or a part of it. The card is prefilled and goes nowhere."""

    transaction_id = forms.UUIDField(widget=forms.HiddenInput)
    how_much = forms.ChoiceField(choices=[(FULL, 'Tout'), (PART, 'Une partie')])
    part = forms.DecimalField(
        localize=True,
        required=False,
        min_value=Decimal('0.01'),
        max_digits=9,
        decimal_places=2,
        error_messages={
            'invalid': 'Indiquez un montant, par exemple 12,50.',
            'min_value': 'Le montant doit être supérieur à zéro.',
            'max_decimal_places': 'Deux chiffres après la virgule au plus.',
        },
    )
    card = forms.CharField(max_length=19, min_length=4)

    def __init__(self, *args: Any, left: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get('how_much') == PART and 'part' not in self.errors:
            self._check_part(data.get('part'))
        return data

    @property
    def paid(self) -> Decimal:
        part: Decimal = self.cleaned_data['part']
        return part if self.cleaned_data['how_much'] == PART else self.left

    def _check_part(self, part: Decimal | None) -> None:
        if part is None:
            self.add_error('part', 'Indiquez le montant à payer.')
        elif part > self.left:
            self.add_error('part', 'C’est plus que ce qui reste à payer.')
