"""Secrets at rest: encrypted where we must read them again, hashed where comparing is enough."""

import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac_new
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings as django_settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from ..errors import MisconfiguredConnector
from ..settings import app_settings


class Sealed(str):
    """A secret as the database holds it: loading a row deciphers nothing."""


class Deciphered(DeferredAttribute):
    """Deciphers a secret when it is read, so that a lost key spoils nothing but its use."""

    field: 'EncryptedTextField'

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, self)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.open(value)
        return super().__get__(instance, cls) if value is self else value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that the database holds encrypted; '' stays ''. Cannot be searched.

    Reading it raises MisconfiguredConnector when no key in force deciphers it; loading or saving its row
    does not.
    """

    descriptor_class = Deciphered

    def open(self, sealed: Sealed) -> Any:
        return _decrypted(sealed)

    def from_db_value(self, value: Any, *_: object) -> Any:
        return value if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Without deciphering what nobody read."""
        value = model_instance.__dict__.get(self.attname)
        return value if isinstance(value, Sealed) else super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:
        return _resealed(value) if isinstance(value, Sealed) else self.seal(value)

    def seal(self, value: Any) -> Any:
        return _encrypted(super().get_prep_value(value))


class EncryptedListField(EncryptedTextField):
    """A list of strings, encrypted."""

    def open(self, sealed: Sealed) -> Any:
        text = super().open(sealed)
        return json.loads(text) if text else []

    def seal(self, value: Any) -> Any:
        return _encrypted(json.dumps(list(value)) if value else '')

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) and value else value or []

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj))


def _decrypted(sealed: Sealed) -> str:
    try:
        return sealed and _opened(sealed, *_keys())
    except InvalidToken:
        raise MisconfiguredConnector(
            'Un secret enregistré ne peut plus être lu : remettez l’ancienne clé dans '
            'SECRET_KEY_FALLBACKS ou dans MAELIS_INVOICES_ENCRYPTION_KEYS, ou saisissez-le de nouveau.'
        ) from None


@lru_cache(maxsize=64)
def _opened(sealed: Sealed, *keys: str) -> str:
    """Kept, since each signed request needs the same few: the keys that open them are in memory as well."""
    return _fernet_of(*keys).decrypt(sealed.encode()).decode()


def _resealed(sealed: Sealed) -> str:
    """Under the newest key; as it is when no key deciphers it."""
    try:
        return sealed and _fernet().rotate(sealed.encode()).decode()
    except InvalidToken:
        return sealed


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
    return _fernet_of(*_keys())


@lru_cache(maxsize=4)
def _fernet_of(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(key.encode()).digest())) for key in keys])
