"""What answers below a connector's address where there is nothing."""

from django.http import HttpResponse

from ..errors import NotFound
from .endpoint import ConnectorCall, connector_endpoint


@connector_endpoint('ANY')
def unknown(call: ConnectorCall, tail: str = '') -> HttpResponse:
    """The same envelope as everywhere, rather than the site's own page or a redirection."""
    raise NotFound
