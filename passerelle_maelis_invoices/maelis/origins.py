"""Addresses of servers, as an administrator writes them."""

import base64
from urllib.parse import SplitResult, unquote, urlsplit

from ..errors import MisconfiguredConnector

DEFAULT_PORTS = {'http': 80, 'https': 443}


def split_address(address: str) -> SplitResult:
    """Raises MisconfiguredConnector when it is not an http or https address."""
    try:
        parts = urlsplit(address)
        valid = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and port_of(parts) > 0
    except ValueError:
        valid = False
    if not valid:
        raise MisconfiguredConnector(
            'Une adresse du connecteur (WSDL, service ou mandataire) n’en est pas une : '
            'elle commence par http:// ou https:// et nomme un serveur.'
        )
    return parts


def port_of(parts: SplitResult) -> int:
    return parts.port or DEFAULT_PORTS[parts.scheme]


def proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    secret = f'{unquote(proxy.username)}:{unquote(proxy.password or "")}'
    return {'Proxy-Authorization': 'Basic ' + base64.b64encode(secret.encode()).decode('ascii')}
