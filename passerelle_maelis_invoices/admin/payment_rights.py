"""Who may act upon payments: whoever may change them, although nobody changes their columns by hand."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

RIGHT = 'passerelle_maelis_invoices.change_payment'


def may_act(request: HttpRequest) -> bool:
    return request.user.has_perm(RIGHT)


def require_may_act(request: HttpRequest) -> None:
    if not may_act(request):
        raise PermissionDenied


def actor_of(request: HttpRequest) -> str:
    """As the journal names who did it."""
    return request.user.get_username()
