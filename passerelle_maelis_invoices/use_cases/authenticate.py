"""Who is calling: a portal that signs, a script with a key, or an account with a password."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from ..errors import Forbidden
from ..models import ApiClient, Nonce
from ..models.secrets import secret_hashes, secret_matches
from ..publik.signature import check_signature
from ..settings import app_settings

#: One nonce in so many takes the expired ones away.
PURGE_EVERY = 200


@dataclass(frozen=True, slots=True)
class Signed:
    """A query string as it travelled, one character per byte."""

    query: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    key: str


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    password: str


Credentials = Signed | ApiKey | Account


def authenticate(credentials: Credentials | None) -> ApiClient:
    """The active client that the credentials belong to; raises Forbidden."""
    match credentials:
        case Signed(query):
            return _signer(query)
        case ApiKey(key):
            return _holder(key)
        case Account(username, password):
            return _account(username, password)
    raise Forbidden(detail='no credentials')


def _signer(query: str) -> ApiClient:
    orig = check_signature(
        query,
        keys_for=_keys_of,
        remember_nonce=_remember if app_settings().CHECK_NONCES else _accept,
        now=timezone.now(),
        window=timedelta(seconds=app_settings().SIGNATURE_WINDOW),
    )
    return _one(orig=orig)


def _holder(key: str) -> ApiClient:
    if not key:
        raise Forbidden(detail='empty API key')
    return _one(api_key_hash__in=secret_hashes(key))


def _account(username: str, password: str) -> ApiClient:
    client = _one(username=username)
    if not secret_matches(password, client.password_hash):
        raise Forbidden(detail='wrong password')
    return client


def _one(**key: object) -> ApiClient:
    client = ApiClient.objects.filter(active=True, **key).first() if _storable(key) else None
    if client is None:
        raise Forbidden(detail=f'no active client with this {", ".join(key)}')
    return client


def _keys_of(orig: str) -> Sequence[str]:
    client = ApiClient.objects.filter(active=True, orig=orig).first() if '\0' not in orig else None
    return client.keys if client else ()


def _storable(key: dict[str, object]) -> bool:
    """A text with a zero byte is in no database, and PostgreSQL refuses even to look for it."""
    return not any(isinstance(value, str) and '\0' in value for value in key.values())


def _remember(orig: str, nonce: str, expires_at: datetime) -> bool:
    try:
        with transaction.atomic():
            row = Nonce.objects.create(orig=orig, nonce=nonce, expires_at=expires_at)
    except IntegrityError:
        return False
    if row.pk % PURGE_EVERY == 0:
        Nonce.objects.filter(expires_at__lt=timezone.now()).delete()
    return True


def _accept(orig: str, nonce: str, expires_at: datetime) -> bool:
    return True
