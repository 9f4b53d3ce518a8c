"""The credentials that a request carries. A signature wins over a key, a key over an account."""

from base64 import b64decode

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from ..use_cases.authenticate import Account, ApiKey, Credentials, Signed


def credentials_of(request: HttpRequest) -> Credentials | None:
    if 'signature' in request.GET:
        return Signed(_raw_query(request))
    if 'apikey' in request.GET:
        return ApiKey(request.GET['apikey'])
    return _basic(request.headers.get('Authorization', ''))


def _raw_query(request: HttpRequest) -> str:
    """One character per byte; ASGI has already decoded it as UTF-8, WSGI as Latin-1."""
    query: str = request.META.get('QUERY_STRING', '')
    return query if isinstance(request, WSGIRequest) else query.encode().decode('latin-1')


def _basic(header: str) -> Account | None:
    scheme, _, encoded = header.partition(' ')
    if scheme.lower() != 'basic':
        return None
    try:
        text = b64decode(encoded, validate=True).decode()
    except ValueError:
        return None
    username, colon, password = text.partition(':')
    return Account(username, password) if colon else None
