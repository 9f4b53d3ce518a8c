"""What every endpoint has in common: method, caller, connector and régie, errors, headers.

A view receives a call that is already authorised, and returns an answer or raises an error of the tree;
this is the only place that catches.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from ..errors import MethodNotAllowed
from ..models import ApiClient, Connector, Regie
from ..use_cases.authenticate import authenticate
from ..use_cases.authorise import reach_connector, reach_regie
from .answers import error_answer, private
from .authentication import credentials_of

#: For answers that the portal must not take for a success, which it does with any 200.
UNAVAILABLE = 503

ALLOWED = {
    'GET': ('GET', 'HEAD'),
    'POST': ('POST',),
    'GET or POST': ('GET', 'HEAD', 'POST'),
    'ANY': ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'),
}


@dataclass(frozen=True, slots=True)
class ClientCall:
    """A request from a client that is known."""

    request: HttpRequest
    client: ApiClient


@dataclass(frozen=True, slots=True)
class ConnectorCall(ClientCall):
    """A request from a client that may reach this connector."""

    connector: Connector


@dataclass(frozen=True, slots=True)
class RegieCall(ConnectorCall):
    """A request from a client that may reach this régie of the connector."""

    regie: Regie


P = ParamSpec('P')
Where = Mapping[str, str]
View = Callable[..., HttpResponseBase]
CallOf = Callable[[HttpRequest, Where], ClientCall]
ClientView = Callable[Concatenate[ClientCall, P], HttpResponseBase]
ConnectorView = Callable[Concatenate[ConnectorCall, P], HttpResponseBase]
RegieView = Callable[Concatenate[RegieCall, P], HttpResponseBase]


def client_endpoint(method: str, *, business_status: int = 200) -> Callable[[ClientView[P]], View]:
    """The URL names no connector: the view asks what the client may reach."""

    def decorate(view: ClientView[P]) -> View:
        return _served(view, _client_call, ALLOWED[method], business_status)

    return decorate


def connector_endpoint(method: str, *, business_status: int = 200) -> Callable[[ConnectorView[P]], View]:
    """The URL gives ``connector``; whatever else it gives is handed to the view."""

    def decorate(view: ConnectorView[P]) -> View:
        return _served(view, _connector_call, ALLOWED[method], business_status)

    return decorate


def regie_endpoint(method: str, *, business_status: int = 200) -> Callable[[RegieView[P]], View]:
    """The URL gives ``connector`` and ``regie``; whatever else it gives is handed to the view."""

    def decorate(view: RegieView[P]) -> View:
        return _served(view, _regie_call, ALLOWED[method], business_status)

    return decorate


def _served(
    view: View,
    call_of: CallOf,
    allowed: tuple[str, ...],
    business_status: int,
) -> View:
    """No cookie, no CSRF token, no login page; what a view commits is committed before it answers."""

    @csrf_exempt
    @transaction.non_atomic_requests
    @wraps(view)
    def serve(request: HttpRequest, **where: str) -> HttpResponseBase:
        if request.method == 'OPTIONS':
            return private(HttpResponse(headers={'Allow': ', '.join((*allowed, 'OPTIONS'))}))
        try:
            _require_method(request, allowed)
            response: HttpResponseBase = view(call_of(request, where), **_what(where))
        except Exception as error:
            response = error_answer(request, error, business_status=business_status)
        return private(response)

    serve.login_required = False  # type: ignore[attr-defined]
    return serve


def _require_method(request: HttpRequest, allowed: tuple[str, ...]) -> None:
    if request.method not in allowed:
        raise MethodNotAllowed(*allowed)


def _client_call(request: HttpRequest, where: Where) -> ClientCall:
    return ClientCall(request, authenticate(credentials_of(request)))


def _connector_call(request: HttpRequest, where: Where) -> ConnectorCall:
    client = authenticate(credentials_of(request))
    return ConnectorCall(request, client, reach_connector(client=client, slug=where['connector']))


def _regie_call(request: HttpRequest, where: Where) -> RegieCall:
    client = authenticate(credentials_of(request))
    regie = reach_regie(client=client, slug=where['connector'], code=where['regie'])
    return RegieCall(request, client, regie.connector, regie)


def _what(where: Where) -> dict[str, str]:
    """What the URL says beside the place: an invoice's id."""
    return {name: value for name, value in where.items() if name not in ('connector', 'regie')}
