"""What a client may reach. That a name is wrong is told only to a client that has proved who it is."""

from django.db.models import QuerySet

from ..errors import Forbidden, NotFound
from ..models import ApiClient, Connector, Regie


def reach_connector(*, client: ApiClient, slug: str) -> Connector:
    """Raises Forbidden for a connector that the client is not allowed, NotFound for an unknown one."""
    connector = Connector.objects.filter(slug=_storable(slug)).first()
    if connector is None:
        raise NotFound
    if not client.connectors.filter(pk=connector.pk).exists():
        raise Forbidden(detail=f'client {client.name!r} may not reach connector {slug!r}')
    return connector


def reach_regie(*, client: ApiClient, connector: Connector, code: str) -> Regie:
    """A client that is limited to some régies is refused every other code, existing or not."""
    regie = reachable_regies(client=client, connector=connector).filter(code=_storable(code)).first()
    if regie is not None:
        return regie
    if client.regies.exists():
        raise Forbidden(detail=f'client {client.name!r} may not reach régie {code!r}')
    raise NotFound


def reachable_regies(*, client: ApiClient, connector: Connector) -> QuerySet[Regie]:
    """Those of the connector; only those that the client is limited to, if it is limited at all."""
    regies = connector.regies.select_related('connector')
    if client.regies.exists():
        return regies.filter(pk__in=client.regies.values('pk'))
    return regies


def _storable(text: str) -> str:
    """PostgreSQL refuses even to look for a zero byte."""
    return text.replace('\0', '\ufffd')
