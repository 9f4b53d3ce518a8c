"""Whether the connector and its back office are up, for the portal's monitoring."""

from django.http import HttpResponse

from ..errors import ConnectorError
from ..publik.envelope import utc_text
from ..use_cases.check_connector import Status, connector_status
from ..use_cases.list_outages import Interruption, list_outages, outages_in_words
from .answers import answer
from .endpoint import ConnectorCall, connector_endpoint


class ConnectorDown(ConnectorError):
    err_class = 'connector-down'


@connector_endpoint('GET')
def status(call: ConnectorCall) -> HttpResponse:
    """``meta`` says when payments may have to be replayed by the portal."""
    found = connector_status(call.connector)
    outages = list_outages(connector=call.connector)
    _require_up(found, outages)
    checks = [{'name': check.name, 'ok': check.ok, 'message': check.message} for check in found.checks]
    return answer(checks, meta={'outages': [_facts(outage) for outage in outages]})


def _require_up(found: Status, outages: list[Interruption]) -> None:
    if not found.ok:
        wrong = [check.message for check in found.checks if not check.ok]
        raise ConnectorDown(' '.join([*wrong, *([outages_in_words(outages)] if outages else [])]))


def _facts(outage: Interruption) -> dict[str, object]:
    return {
        'who': outage.who,
        'began_at': utc_text(outage.began_at),
        'ended_at': outage.ended_at and utc_text(outage.ended_at),
        'seconds': int(outage.length.total_seconds()),
        'to_replay': outage.to_replay,
    }
