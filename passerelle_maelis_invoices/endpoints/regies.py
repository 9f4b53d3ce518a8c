"""The régies of a connector, as a data source of the portal."""

from django.http import HttpResponse

from ..use_cases.authorise import reachable_regies
from .answers import answer
from .endpoint import ConnectorCall, connector_endpoint


@connector_endpoint('GET')
def regies(call: ConnectorCall) -> HttpResponse:
    """The active ones that the caller may reach."""
    reachable = reachable_regies(client=call.client, connector=call.connector).filter(active=True)
    return answer([{'id': regie.code, 'text': regie.label} for regie in reachable])
