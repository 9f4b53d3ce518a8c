"""Whether the connector and its back office are up, for the portal's monitoring."""

from django.http import HttpResponse

from ..errors import ConnectorError
from ..use_cases.check_connector import Status, connector_status
from .answers import answer
from .endpoint import ConnectorCall, connector_endpoint


class ConnectorDown(ConnectorError):
    err_class = 'connector-down'


@connector_endpoint('GET')
def status(call: ConnectorCall) -> HttpResponse:
    found = connector_status(call.connector)
    _require_up(found)
    return answer([{'name': check.name, 'ok': check.ok, 'message': check.message} for check in found.checks])


def _require_up(found: Status) -> None:
    if not found.ok:
        raise ConnectorDown(' '.join(check.message for check in found.checks if not check.ok))
