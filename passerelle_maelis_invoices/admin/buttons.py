"""What every button of the admin has in common: POST, the right to change the row, back to its page."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse


def act_on(
    admin: 'ModelAdmin[Any]', request: HttpRequest, object_id: str, act: Callable[[HttpRequest, Any], None]
) -> HttpResponse:
    """``act`` calls one use case and tells its result in a message."""
    if request.method != 'POST':
        return HttpResponseNotAllowed(['POST'])
    row = admin.get_object(request, object_id)
    if row is None:
        raise Http404
    if not admin.has_change_permission(request, row):
        raise PermissionDenied
    act(request, row)
    page = f'admin:{admin.opts.app_label}_{admin.opts.model_name}_change'
    return HttpResponseRedirect(reverse(page, args=[row.pk], current_app=admin.admin_site.name))
