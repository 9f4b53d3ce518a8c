"""Whether the connector and its back office are up, for the portal's monitoring."""

from django.http import HttpResponse

from ..errors import ConnectorError
from ..publik.envelope import failure, utc_text
from ..use_cases.check_connector import OUTAGES, Status, connector_status
from ..use_cases.list_outages import Interruption, list_outages, outages_in_words
from .answers import answer, json_answer
from .endpoint import ConnectorCall, connector_endpoint


class ConnectorDown(ConnectorError):
    err_class = 'connector-down'


@connector_endpoint('GET')
def status(call: ConnectorCall) -> HttpResponse:
    """``meta`` says when payments may have to be replayed by the portal, whether all is well or not."""
    found = connector_status(call.connector)
    outages = list_outages(connector=call.connector)
    meta = {'outages': [_facts(outage) for outage in outages]}
    if not found.ok:
        return json_answer(failure(_down(found, outages), meta=meta))
    checks = [{'name': check.name, 'ok': check.ok, 'message': check.message} for check in found.checks]
    return answer(checks, meta=meta)


def _down(found: Status, outages: list[Interruption]) -> ConnectorDown:
    wrong = [check for check in found.checks if not check.ok]
    told = [check.message for check in wrong]
    if outages and all(check.name != OUTAGES for check in wrong):
        told.append(outages_in_words(outages))
    return ConnectorDown(' '.join(told))


def _facts(outage: Interruption) -> dict[str, object]:
    return {
        'who': outage.who,
        'began_at': utc_text(outage.began_at),
        'ended_at': outage.ended_at and utc_text(outage.ended_at),
        'seconds': int(outage.length.total_seconds()),
        'to_replay': outage.to_replay,
    }
