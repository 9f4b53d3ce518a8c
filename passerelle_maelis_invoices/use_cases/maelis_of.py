"""From a connector's row to the client that speaks to its Maelis."""

from ..maelis import Deployment, MaelisClient, client_for
from ..models import Connector


def maelis_of(connector: Connector) -> MaelisClient:
    return client_for(
        Deployment(
            wsdl_url=connector.wsdl_url,
            name=connector.slug,
            service_url=connector.service_url or None,
            username=connector.username,
            password=connector.password,
            verify_tls=connector.verify_tls,
            ca_bundle=connector.ca_bundle,
            client_certificate=connector.client_certificate,
            proxy_url=connector.proxy_url,
            treasury_included=connector.treasury_included,
        )
    )
