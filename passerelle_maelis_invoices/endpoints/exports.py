"""Exports for API clients that have the right: asked for, followed, downloaded."""

from datetime import date
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone

from ..domain.export import MEDIA_TYPES, ExportFormat, ExportKind, ExportState
from ..errors import NotFound
from ..models import Export
from ..publik.body import read_fields
from ..publik.envelope import utc_text
from ..publik.json_schemas import check
from ..use_cases.authorise import reach_regie, reachable_regies
from ..use_cases.list_exports import find_download, find_export, list_exports, require_may_export
from ..use_cases.open_export import open_export
from ..use_cases.request_export import request_export
from .answers import answer
from .body import read_body, require_whole
from .endpoint import ConnectorCall, connector_endpoint
from .listing_query import (
    choice_asked,
    day_in,
    days_asked,
    is_number,
    limit_asked,
    number_asked,
    regies_asked,
)


@connector_endpoint('GET or POST')
def exports(call: ConnectorCall) -> HttpResponse:
    require_may_export(call.client)
    return _requested(call) if call.request.method == 'POST' else _listed(call)


@connector_endpoint('GET')
def export(call: ConnectorCall, export_id: str) -> HttpResponse:
    require_may_export(call.client)
    regies = reachable_regies(client=call.client, connector=call.connector)
    return answer(_payload(call, find_export(regies=regies, export_id=_id(export_id))))


@connector_endpoint('GET')
def download(call: ConnectorCall, export_id: str) -> FileResponse:
    require_may_export(call.client)
    regies = reachable_regies(client=call.client, connector=call.connector)
    found = find_download(regies=regies, export_id=_id(export_id))
    return FileResponse(
        open_export(found),
        as_attachment=True,
        filename=found.download_name,
        content_type=MEDIA_TYPES[found.extension],
    )


def _requested(call: ConnectorCall) -> HttpResponse:
    body = read_body(call.request)
    require_whole(body)
    fields = read_fields(body, call.request.content_type or '')
    check('export_request', fields)
    made = request_export(
        regie=reach_regie(client=call.client, slug=call.connector.slug, code=fields['regie']),
        kind=ExportKind(fields['kind']),
        format=ExportFormat(fields['format']),
        requested_by=call.client.name,
        first_day=_day(fields, 'from'),
        last_day=_day(fields, 'to'),
        family_id=fields.get('family') or '',
    )
    return answer(_payload(call, made))


def _listed(call: ConnectorCall) -> HttpResponse:
    page = list_exports(
        regies=regies_asked(call),
        limit=limit_asked(call),
        after=number_asked(call, 'after'),
        state=choice_asked(call, 'status', ExportState),
        family_id=call.request.GET.get('family', '').replace('\0', '\ufffd'),
        requested=days_asked(call),
    )
    return answer([_payload(call, item) for item in page.items], meta={'next': page.next})


def _payload(call: ConnectorCall, item: Export) -> dict[str, Any]:
    where = {'connector': call.connector.slug, 'export_id': item.pk}
    address = reverse('passerelle_maelis_invoices:export-download', kwargs=where)
    ready = item.downloadable(timezone.now())
    return {
        'id': item.pk,
        'regie': item.regie.code,
        'kind': item.kind,
        'format': item.format,
        'from': item.first_day and item.first_day.isoformat(),
        'to': item.last_day and item.last_day.isoformat(),
        'family_id': item.family_id,
        'state': item.state,
        'done': item.done,
        'total': item.total,
        'requested_by': item.requested_by,
        'requested_at': utc_text(item.requested_at),
        'ended_at': item.ended_at and utc_text(item.ended_at),
        'expires_at': item.expires_at and utc_text(item.expires_at),
        'error': item.error,
        'size': item.size,
        'download': address if ready else None,
    }


def _day(fields: dict[str, Any], name: str) -> date | None:
    return day_in(fields[name]) if fields.get(name) else None


def _id(text: str) -> int:
    if not is_number(text):
        raise NotFound('Cet export n’existe pas.')
    return int(text)
