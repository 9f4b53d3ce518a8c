"""The two cells of the portal, and the choice of the citizen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from demo.portal.account import read_account
from demo.portal.citizens import COOKIE, citizen_named
from demo.portal.connector import Connector, ConnectorTroubleError
from demo.portal.settings import portal_settings
from demo.portal.views.invoices import trouble_page
from demo.portal.views.page import Visit


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    visit = Visit.of(request)
    return visit.page(
        'home.html', _cells_context(visit, visit.connector(f'Factures de {visit.citizen.name}'))
    )


@require_GET
def cells(request: HttpRequest) -> HttpResponse:
    """The cells alone, for a page that watches a payment being confirmed."""
    visit = Visit.of(request)
    return visit.fragment('_cells.html', _cells_context(visit, visit.watcher()))


@require_POST
def choose_citizen(request: HttpRequest) -> HttpResponse:
    answer = redirect('portal:home')
    citizen = citizen_named(request.POST.get('name_id', ''), portal_settings().citizens)
    if citizen:
        answer.set_cookie(COOKIE, citizen.name_id, samesite='Lax')
    return answer


@require_POST
def link_family(request: HttpRequest) -> HttpResponse:
    """A real portal would first have the citizen prove that the family is theirs."""
    visit = Visit.of(request)
    try:
        visit.connector('Rattachement').link_family(visit.citizen.name_id, request.POST.get('family_id', ''))
    except ConnectorTroubleError as trouble:
        return trouble_page(visit, trouble)
    return redirect('portal:home')


def _cells_context(visit: Visit, connector: Connector) -> dict[str, Any]:
    wanted = visit.request.GET.get('regie', '')
    try:
        return {'account': read_account(connector, visit.citizen.name_id, wanted), 'wanted': wanted}
    except ConnectorTroubleError as trouble:
        return {'account': None, 'trouble': trouble.message}
