"""Requests as the portal signs them, handed to the site in this process: Django and us are measured."""

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from benchmarks import town
from passerelle_maelis_invoices.publik.signature import sign_query

HOME = '/passerelle-maelis-invoices'
Environ = dict[str, Any]


def list_path(slug: str = town.SLUG) -> str:
    return f'{HOME}/{slug}/regie/{town.REGIE}/invoices/'


def signed(path: str, **query: str) -> str:
    """A path and its signed query; good for 30 seconds, and once."""
    text = urlencode({**query, 'orig': town.ORIG})
    return f'{path}?{sign_query(text, key=town.KEY, now=datetime.now(UTC), nonce=token_hex(16))}'


def a_list(slug: str = town.SLUG) -> Environ:
    return environ(signed(list_path(slug), NameID=town.NAME_ID))


def environ(address: str, body: bytes = b'') -> Environ:
    path, _, query = address.partition('?')
    return {
        'REQUEST_METHOD': 'POST' if body else 'GET',
        'SCRIPT_NAME': '',
        'PATH_INFO': path,
        'QUERY_STRING': query,
        'CONTENT_TYPE': 'application/json' if body else '',
        'CONTENT_LENGTH': str(len(body)),
        'SERVER_NAME': 'localhost',
        'SERVER_PORT': '80',
        'SERVER_PROTOCOL': 'HTTP/1.1',
        'HTTP_HOST': 'localhost',
        'wsgi.url_scheme': 'http',
        'wsgi.input': io.BytesIO(body),
        'wsgi.errors': sys.stderr,
    }


def ask(environ: Environ) -> bytes:
    """The body of the answer; raises RuntimeError for any status but 200."""
    from benchmarks.wsgi import application

    statuses: list[str] = []
    start: Callable[..., Any] = lambda status, headers, *_: statuses.append(status)  # noqa: E731
    response = application(environ, start)
    body = b''.join(response)
    response.close()
    if not statuses[0].startswith('200'):
        raise RuntimeError(f'{environ["PATH_INFO"]}: {statuses[0]} {body[:300]!r}')
    return body
