"""Secrets at rest: encrypted where we must read them again, hashed where comparing is enough."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac_new
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings as django_settings
from django.db import models

from ..errors import MisconfiguredConnector
from ..settings import app_settings


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that the database holds encrypted; '' stays ''. Cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return _encrypted(super().get_prep_value(value))

    def from_db_value(self, value: Any, *_: object) -> Any:
        if not value:
            return value
        try:
            return _fernet().decrypt(value.encode()).decode()
        except InvalidToken:
            raise MisconfiguredConnector(
                'Un secret enregistré ne peut plus être lu : remettez l’ancienne clé dans '
                'SECRET_KEY_FALLBACKS ou dans MAELIS_INVOICES_ENCRYPTION_KEYS, ou saisissez-le de nouveau.'
            ) from None


class EncryptedListField(EncryptedTextField):
    """A list of strings, encrypted."""

    def get_prep_value(self, value: Any) -> Any:
        return _encrypted(json.dumps(list(value)) if value else '')

    def from_db_value(self, value: Any, *_: object) -> Any:
        text = super().from_db_value(value)
        return json.loads(text) if text else []

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) and value else value or []

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj))


def _encrypted(text: str) -> str:
    return text and _fernet().encrypt(text.encode()).decode()


def hash_secret(secret: str) -> str:
    """A keyed hash: useless without the site's key, and quick enough for every request."""
    return hmac_new(_keys()[0].encode(), secret.encode(), sha256).hexdigest()


def secret_hashes(secret: str) -> list[str]:
    """The hashes that ``secret`` has under every key in force, newest first."""
    return [hmac_new(key.encode(), secret.encode(), sha256).hexdigest() for key in _keys()]


def secret_matches(secret: str, stored: str) -> bool:
    return bool(stored) and any(compare_digest(candidate, stored) for candidate in secret_hashes(secret))


def _keys() -> list[str]:
    given = list(app_settings().ENCRYPTION_KEYS)
    return given or [str(key) for key in (django_settings.SECRET_KEY, *django_settings.SECRET_KEY_FALLBACKS)]


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(key.encode()).digest())) for key in _keys()])
