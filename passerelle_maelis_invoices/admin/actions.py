"""A button that leads to a page, where a person says why and confirms; one use case does the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from ..errors import BadRequest, ConnectorError, ForbiddenTransition
from .payment_rights import actor_of, require_may_act

Row = TypeVar('Row', bound=Model)
Given = Mapping[str, Any]
INBOX = 'admin:passerelle_maelis_invoices_anomaly_changelist'
CHANGED = (
    'Rien n’a été fait : « {} » a changé depuis que cette page a été affichée. '
    'Si vous venez de faire la même chose, elle n’a été faite qu’une fois.'
)


@dataclass(frozen=True, slots=True)
class Action(Generic[Row]):
    #: In the page's address.
    name: str
    #: On the button, and above the page.
    label: str
    #: What it does, told before it is done.
    explains: str
    form: type[forms.Form]
    offered: Callable[[Row], bool]
    #: Raises ConnectorError.
    act: Callable[[Row, str, Given], object]
    done: str
    #: Words and address of the page of what ``act`` made, for the message.
    leads_to: Callable[[Any], tuple[str, str]] | None = None
    #: What the form holds at first.
    initial: Callable[[Row], Given] = lambda row: {}
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Kind(Generic[Row]):
    """What is acted upon."""

    actions: tuple[Action[Row], ...]
    #: Says when the row changed: who acts must have seen it as it is.
    version: Callable[[Row], str]
    #: The row as the inbox shows it.
    card: Callable[[HttpRequest, Row], SafeString]

    def offered(self, row: Row) -> list[Action[Row]]:
        return [action for action in self.actions if action.offered(row)]

    def named(self, name: str) -> Action[Row]:
        for action in self.actions:
            if action.name == name:
                return action
        raise Http404


def action_view(
    request: HttpRequest, object_id: str, name: str, *, admin: 'ModelAdmin[Any]', kind: Kind[Any]
) -> HttpResponse:
    """GET asks, POST does it once: a second POST finds that the row has changed."""
    require_may_act(request)
    action, row = kind.named(name), admin.get_object(request, object_id)
    if row is None:
        raise Http404
    if not action.offered(row) or _seen_otherwise(request, kind, row):
        messages.warning(request, CHANGED.format(row))
        return HttpResponseRedirect(_back(request))
    if request.method != 'POST':
        return _ask(request, admin, kind, action, row, _first_form(request, action, row))
    form = action.form(request.POST)
    if form.is_valid() and _act(request, action, row, form):
        return HttpResponseRedirect(_back(request))
    return _ask(request, admin, kind, action, row, form)


def _first_form(request: HttpRequest, action: Action[Any], row: Any) -> forms.Form:
    """What the row says, and what the link that led here proposes."""
    proposed = {name: request.GET[name] for name in action.form.base_fields if name in request.GET}
    return action.form(initial={**action.initial(row), **proposed})


def _act(request: HttpRequest, action: Action[Any], row: Any, form: forms.Form) -> bool:
    """False when the person can put it right in the form."""
    try:
        made = action.act(row, actor_of(request), form.cleaned_data)
    except BadRequest as error:
        form.add_error(None, str(error))
        return False
    except ForbiddenTransition:
        messages.warning(request, CHANGED.format(row))
    except ConnectorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _done(action, row, made))
    return True


def _done(action: Action[Any], row: Any, made: object) -> SafeString:
    said = format_html('{} : {}', row, action.done)
    if action.leads_to is None:
        return said
    words, url = action.leads_to(made)
    return format_html('{} <a href="{}">{}</a>', said, url, words)


def _seen_otherwise(request: HttpRequest, kind: Kind[Any], row: Any) -> bool:
    return request.method == 'POST' and request.POST.get('version') != kind.version(row)


def _ask(
    request: HttpRequest,
    admin: 'ModelAdmin[Any]',
    kind: Kind[Any],
    action: Action[Any],
    row: Any,
    form: forms.Form,
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        'title': action.label,
        'opts': admin.opts,
        'media': admin.media,
        'action': action,
        'card': kind.card(request, row),
        'form': form,
        'version': kind.version(row),
        'next': _back(request),
    }
    return TemplateResponse(request, 'admin/passerelle_maelis_invoices/anomaly/action.html', context)


def _back(request: HttpRequest) -> str:
    """Where the person came from, on this site; else the inbox."""
    asked = request.POST.get('next') or request.GET.get('next') or ''
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else reverse(INBOX)
