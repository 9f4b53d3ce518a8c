from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ..errors import MisconfiguredConnector
from ..models import ApiClient

POSITIONS = ('first', 'second')


def _secret(label: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={'autocomplete': 'new-password'})
    return forms.CharField(label=label, required=False, strip=False, widget=widget)


def _choice(label: str, help_text: str = '') -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False)


class ApiClientForm(forms.ModelForm):  # type: ignore[type-arg]
    """Stored keys go in but never come out."""

    first_key = _secret('Première clé de signature')
    forget_first_key = _choice('Oublier la première clé')
    second_key = _secret('Deuxième clé de signature')
    forget_second_key = _choice('Oublier la deuxième clé')
    new_api_key = _choice('Créer une clé d’API', 'Elle sera montrée une seule fois et remplacera l’ancienne.')
    new_password = _choice('Créer un mot de passe', 'Il sera montré une seule fois et remplacera l’ancien.')

    class Meta:
        model = ApiClient
        exclude = ['keys']

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_keys = stored_keys(self.instance)
        for n, position in enumerate(POSITIONS):
            stored = n < len(self.stored_keys)
            self.fields[f'{position}_key'].help_text = _says(stored)
            self.fields[f'forget_{position}_key'].disabled = not stored

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        if self._keys(cleaned) and not cleaned.get('orig'):
            self.add_error('orig', ValidationError('Indiquez qui signe avec cette clé (orig).'))
        if cleaned.get('new_password') and not cleaned.get('username'):
            self.add_error('username', ValidationError('Un mot de passe ne sert qu’avec un compte.'))
        _check_reach(cleaned)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        keys = self._keys(self.cleaned_data)
        if keys != self.stored_keys:
            self.instance.keys = keys
        return super().save(commit)

    def _keys(self, cleaned: dict[str, Any]) -> list[str]:
        slots = [self._key(cleaned, n, position) for n, position in enumerate(POSITIONS)]
        return [key for key in slots if key]

    def _key(self, cleaned: dict[str, Any], n: int, position: str) -> str:
        stored = self.stored_keys[n] if n < len(self.stored_keys) else ''
        kept = '' if cleaned.get(f'forget_{position}_key') else stored
        return cleaned.get(f'{position}_key') or kept


def stored_keys(client: ApiClient) -> list[str]:
    """None when they cannot be deciphered any more, so that they can be entered again."""
    try:
        return list(client.keys)
    except MisconfiguredConnector:
        return []


def _says(stored: bool) -> str:
    return (
        'Une clé est enregistrée : laissez vide pour la garder.'
        if stored
        else 'Aucune clé n’est enregistrée.'
    )


def _check_reach(cleaned: dict[str, Any]) -> None:
    connectors = set(cleaned.get('connectors') or ())
    stray = [regie for regie in cleaned.get('regies') or () if regie.connector not in connectors]
    if connectors and stray:
        raise ValidationError(f'La régie « {stray[0]} » n’est pas d’un connecteur choisi.')
