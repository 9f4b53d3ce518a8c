"""Publik's signature of a URL, as a caller makes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit, urlunsplit


def sign_url(url: str, key: str, *, at: datetime | None = None, nonce: str | None = None) -> str:
    """The URL with `algo`, `timestamp`, `nonce` and `signature` appended; its query already holds `orig`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=sign_query(parts.query, key, at=at, nonce=nonce)))


def sign_query(query: str, key: str, *, at: datetime | None = None, nonce: str | None = None) -> str:
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    stamp = urlencode(
        {'algo': 'sha256', 'timestamp': f'{moment:%Y-%m-%dT%H:%M:%SZ}', 'nonce': nonce or _fresh_nonce()}
    )
    to_sign = f'{query}&{stamp}' if query else stamp
    return f'{to_sign}&signature={quote(_signature(to_sign, key))}'


def _signature(text: str, key: str) -> str:
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _fresh_nonce() -> str:
    return f'{secrets.randbits(128):x}'
