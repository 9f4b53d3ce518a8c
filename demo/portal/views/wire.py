"""The journal of the portal's own calls, for those who want to see the wire."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from demo.portal.views.page import Visit
from demo.portal.wire_journal import WireJournal


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    visit = Visit.of(request)
    journal = WireJournal(visit.settings.wire_journal)
    return visit.page('wire.html', {'groups': journal.latest_first()})
