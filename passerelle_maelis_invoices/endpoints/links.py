"""Which families a portal user sees; the portal has checked that it may."""

from django.http import HttpResponse

from ..publik.body import read_fields
from ..publik.json_schemas import check
from ..use_cases.link_family import link_family, unlink_family
from .answers import answer
from .body import read_body, require_whole
from .endpoint import ConnectorCall, connector_endpoint


@connector_endpoint('POST')
def link(call: ConnectorCall) -> HttpResponse:
    fields = _fields(call)
    link_family(connector=call.connector, name_id=fields['NameID'], family_id=fields['family_id'])
    return answer(fields)


@connector_endpoint('POST')
def unlink(call: ConnectorCall) -> HttpResponse:
    fields = _fields(call)
    unlink_family(connector=call.connector, name_id=fields['NameID'], family_id=fields['family_id'])
    return answer(fields)


def _fields(call: ConnectorCall) -> dict[str, str]:
    """From the body, or else from the query, where the portal puts ``NameID``. Raises BadRequest."""
    body = read_body(call.request)
    require_whole(body)
    sent = read_fields(body, call.request.content_type or '') if body else {}
    fields = {**call.request.GET.dict(), **sent}
    check('link', fields)
    return {name: fields[name].strip() for name in ('NameID', 'family_id')}
