"""What a client may reach. That a name is wrong is told only to a client that has proved who it is."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..errors import Forbidden, NotFound
from ..models import ApiClient, Connector, Regie
from ..models.prepared import columns, loaded, prepared

REGIE, CONNECTOR = columns(Regie), columns(Connector)


def reach_connector(*, client: ApiClient, slug: str) -> Connector:
    """Raises Forbidden for a connector that the client is not allowed, NotFound for an unknown one."""
    connector = Connector.objects.filter(slug=_storable(slug)).first()
    if connector is None:
        raise NotFound
    if not client.connectors.filter(pk=connector.pk).exists():
        raise Forbidden(detail=f'client {client.name!r} may not reach connector {slug!r}')
    return connector


def reach_all_connectors(*, client: ApiClient) -> list[Connector]:
    """Raises Forbidden for a client that is limited to some régies, or that may reach nothing."""
    connectors = list(client.connectors.defer('password').order_by('slug'))
    if not connectors or client.regies.exists():
        raise Forbidden(detail=f'client {client.name!r} may reach no connector as a whole')
    return connectors


def reach_regie(*, client: ApiClient, slug: str, code: str) -> Regie:
    """With its connector. A client limited to some régies is refused every other code, existing or not."""
    for row in _reachable(client.pk, _storable(slug), _storable(code)):
        regie = loaded(Regie, REGIE, row[: len(REGIE)])
        regie.connector = loaded(Connector, CONNECTOR, row[len(REGIE) :])
        return regie
    reach_connector(client=client, slug=slug)
    if client.regies.exists():
        raise Forbidden(detail=f'client {client.name!r} may not reach régie {code!r}')
    raise NotFound


def reachable_regies(*, client: ApiClient, connector: Connector) -> QuerySet[Regie]:
    """Those of the connector; only those that the client is limited to, if it is limited at all."""
    regies = connector.regies.select_related('connector')
    if client.regies.exists():
        return regies.filter(pk__in=client.regies.values('pk'))
    return regies


@prepared(Regie)
def _reachable(client_id: int, slug: str, code: str) -> QuerySet[Regie, tuple[Any, ...]]:
    """The same in one statement, for one code."""
    limits = ApiClient.regies.through.objects.filter(apiclient=client_id)
    allowed = Q(~Exists(limits)) | Exists(limits.filter(regie=OuterRef('pk')))
    regies = Regie.objects.filter(allowed, connector__slug=slug, connector__api_clients=client_id, code=code)
    return regies.order_by().values_list(*REGIE, *(f'connector__{name}' for name in CONNECTOR))


def _storable(text: str) -> str:
    """PostgreSQL refuses even to look for a zero byte."""
    return text.replace('\0', '\ufffd')
