from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ..models import Connector


class ConnectorForm(forms.ModelForm):  # type: ignore[type-arg]
    """The stored password goes in but never comes out."""

    new_password = forms.CharField(
        label='Mot de passe',
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={'autocomplete': 'new-password'}),
    )
    forget_password = forms.BooleanField(label='Oublier le mot de passe enregistré', required=False)

    class Meta:
        model = Connector
        exclude = ['password']

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.pk and has_password(self.instance)
        self.fields['new_password'].help_text = (
            'Un mot de passe est enregistré : laissez vide pour le garder.'
            if stored
            else 'Aucun mot de passe n’est enregistré.'
        )
        self.fields['forget_password'].disabled = not stored

    def clean_wsdl_url(self) -> str:
        return _web_address(self.cleaned_data['wsdl_url'])

    def clean_service_url(self) -> str:
        return _web_address(self.cleaned_data['service_url'])

    def clean_alert_webhook(self) -> str:
        return _web_address(self.cleaned_data['alert_webhook'])

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data['new_password']:
            self.instance.password = self.cleaned_data['new_password']
        elif self.cleaned_data['forget_password']:
            self.instance.password = ''
        return super().save(commit)


def has_password(connector: Connector) -> bool:
    """Without deciphering it: that may fail, after a change of the site's key."""
    return Connector.objects.filter(pk=connector.pk).exclude(password='').exists()


def _web_address(address: str) -> str:
    if address and not address.lower().startswith(('http://', 'https://')):
        raise ValidationError('L’adresse doit commencer par http:// ou https://.')
    return address
