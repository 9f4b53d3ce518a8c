"""Who is calling: a portal that signs, a script with a key, or an account with a password."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django.db import connections, router
from django.db.models import QuerySet
from django.utils import timezone

from ..errors import Forbidden
from ..models import ApiClient, Nonce
from ..models.prepared import columns, loaded, open_cursor, prepared
from ..models.secrets import secret_hashes, secret_matches
from ..publik.signature import check_signature
from ..settings import app_settings

#: One nonce in so many takes the expired ones away.
PURGE_EVERY = 200
INSERT_NONCE = (
    'INSERT INTO passerelle_maelis_invoices_nonce (orig, nonce, expires_at) VALUES (%s, %s, %s) '
    'ON CONFLICT DO NOTHING'
)
CLIENT = columns(ApiClient)


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
    found: list[ApiClient] = []

    def keys_for(orig: str) -> Sequence[str]:
        found.extend(_clients_signing_as(orig))
        return found[0].keys if found else ()

    check_signature(
        query,
        keys_for=keys_for,
        remember_nonce=_remember if app_settings().CHECK_NONCES else _accept,
        now=timezone.now(),
        window=timedelta(seconds=app_settings().SIGNATURE_WINDOW),
    )
    return found[0]


def _clients_signing_as(orig: str) -> list[ApiClient]:
    """One, or none."""
    rows = _rows_signing_as(orig) if '\0' not in orig else []
    return [loaded(ApiClient, CLIENT, row) for row in rows]


@prepared(ApiClient)
def _rows_signing_as(orig: str) -> QuerySet[ApiClient, tuple[Any, ...]]:
    return ApiClient.objects.filter(active=True, orig=orig).order_by().values_list(*CLIENT)


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


def _storable(key: dict[str, object]) -> bool:
    """A text with a zero byte is in no database, and PostgreSQL refuses even to look for it."""
    return not any(isinstance(value, str) and '\0' in value for value in key.values())


def _remember(orig: str, nonce: str, expires_at: datetime) -> bool:
    """One statement, committed by itself: the ORM would need a transaction around it."""
    connection = connections[router.db_for_write(Nonce)]
    cursor = open_cursor(connection)
    cursor.execute(INSERT_NONCE, [orig, nonce, connection.ops.adapt_datetimefield_value(expires_at)])
    is_new: bool = cursor.rowcount == 1
    if crc32(nonce.encode()) % PURGE_EVERY == 0:
        Nonce.objects.filter(expires_at__lt=timezone.now()).delete()
    return is_new


def _accept(orig: str, nonce: str, expires_at: datetime) -> bool:
    return True
