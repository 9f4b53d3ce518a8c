"""The buttons of a row: those that make sense, for who may press them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from .payment_rights import may_act

if TYPE_CHECKING:
    from .actions import Kind


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str
    danger: bool


def action_buttons(request: HttpRequest, row: Any, kind: 'Kind[Any]') -> list[Button]:
    """Each comes back to the page that showed it."""
    if not may_act(request):
        return []
    address = f'admin:{row._meta.app_label}_{row._meta.model_name}_action'
    back = urlencode({'next': request.get_full_path()})
    return [
        Button(action.label, f'{reverse(address, args=[row.pk, action.name])}?{back}', action.danger)
        for action in kind.offered(row)
    ]
