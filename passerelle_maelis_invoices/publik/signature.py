"""Publik's signature of a query string: an HMAC-SHA256 of all that stands before ``&signature=``.

Only the query is signed: neither path, method nor body. A query is handled as WSGI gives it, one character
per byte, and never re-encoded: what is verified is what travelled.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac_new
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode

from ..errors import Forbidden

MARK = '&signature='
TIMESTAMP = '%Y-%m-%dT%H:%M:%SZ'
LONGEST_NONCE = 250
_ONCE = ('orig', 'algo', 'timestamp', 'nonce', 'signature')


class SignatureRefused(Forbidden):
    """``reason`` is a code for logs and tests; the caller is not told it."""

    def __init__(self, reason: str) -> None:
        super().__init__(detail=reason)
        self.reason = reason


def check_signature(
    query: str,
    *,
    keys_for: Callable[[str], Sequence[str]],
    remember_nonce: Callable[[str, str, datetime], bool],
    now: datetime,
    window: timedelta,
) -> str:
    """The caller (``orig``) that signed ``query``; raises SignatureRefused.

    ``keys_for`` gives the live keys of a caller, none when it is unknown. ``remember_nonce`` stores a nonce
    until the given time and tells whether it was new; it is called last, when all else is in order.
    """
    fields = _fields(query)
    signed, signature = _split(query)
    _require(fields.get('algo') == 'sha256', 'algo')
    orig = fields.get('orig', '')
    keys = [key for key in keys_for(orig) if key] if orig else []
    _require(bool(keys), 'unknown-orig')
    _require(any(_same(signature, _signature(signed, key)) for key in keys), 'bad-signature')
    signed_at = _moment(fields.get('timestamp', ''))
    _require(abs(now - signed_at) <= window, 'timestamp')
    nonce = fields.get('nonce', '')
    _require(0 < len(nonce) <= LONGEST_NONCE and '\0' not in nonce, 'nonce-missing')
    _require(remember_nonce(orig, nonce, signed_at + 2 * window), 'nonce-replayed')
    return orig


def sign_query(query: str, *, key: str, now: datetime, nonce: str) -> str:
    """``query``, which should hold ``orig``, with the four fields that sign it."""
    stamp = urlencode(
        {'algo': 'sha256', 'timestamp': now.astimezone(UTC).strftime(TIMESTAMP), 'nonce': nonce}
    )
    signed = f'{query}&{stamp}' if query else stamp
    return f'{signed}{MARK}{quote(_signature(signed, key))}'


def _fields(query: str) -> Mapping[str, str]:
    """Every parameter, the five that matter given at most once, under their decoded names."""
    text = query.encode('latin-1').decode('utf-8', 'replace')
    pairs = parse_qsl(text, keep_blank_values=True)
    names = [name for name, _ in pairs]
    _require('signature' in names, 'no-signature')
    _require(all(names.count(name) <= 1 for name in _ONCE), 'duplicate-parameter')
    return dict(pairs)


def _split(query: str) -> tuple[str, str]:
    """What is signed, and the signature, decoded: it may be quoted in several ways."""
    signed, mark, signature = query.rpartition(MARK)
    _require(bool(mark) and '&' not in signature, 'signature-not-last')
    return signed, unquote_plus(signature)


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, TIMESTAMP).replace(tzinfo=UTC)
    except ValueError:
        raise SignatureRefused('timestamp') from None


def _signature(signed: str, key: str) -> str:
    return b64encode(hmac_new(key.encode(), signed.encode('latin-1'), sha256).digest()).decode()


def _same(given: str, expected: str) -> bool:
    """Texts, not decoded bytes: base64 has several spellings of the same bytes."""
    return compare_digest(given.encode('utf-8', 'replace'), expected.encode())


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise SignatureRefused(reason)
