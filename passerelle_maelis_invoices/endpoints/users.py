"""Users to remind, for the portal's notifications."""

from django.http import HttpResponse

from ..publik.invoice_payload import pending_users_payload
from ..use_cases.list_pending_users import list_pending_users
from .answers import answer
from .endpoint import RegieCall, regie_endpoint


@regie_endpoint('GET')
def with_pending_invoices(call: RegieCall) -> HttpResponse:
    return answer(pending_users_payload(list_pending_users(regie=call.regie)))
