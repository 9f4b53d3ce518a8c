"""Maelis behind the scenes: the panel by itself, and its switches."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from demo.portal.backstage import Subject, look_backstage, turn
from demo.portal.views.page import Visit


@require_http_methods(['GET', 'POST'])
def panel(request: HttpRequest) -> HttpResponse:
    """A script gets the panel alone; a plain form goes back to the page that it was sent from."""
    visit = Visit.of(request)
    if visit.control is None:
        raise Http404('Aucun simulateur n’est configuré.')
    trouble = turn(visit.control, request.POST.dict()) if request.method == 'POST' else ''
    if request.method == 'POST' and 'X-Fragment' not in request.headers:
        return redirect(_way_back(request))
    asked = request.POST if request.method == 'POST' else request.GET
    subject = Subject(asked.get('regie', ''), asked.get('number', ''))
    return visit.fragment('_backstage.html', {'backstage': look_backstage(visit.control, subject, trouble)})


def _way_back(request: HttpRequest) -> str:
    """The page that the form was on, provided that it is one of ours."""
    page = request.headers.get('Referer', '')
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else reverse('portal:home')
