"""Payment notifications: a fact is recorded whatever the state of the invoice, then acknowledged."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponse

from ..errors import CallerError
from ..publik.body import storable_text, text_of
from ..publik.payment_notice import read_notice
from ..use_cases.record_payment import keep_rejected_notification, record_payment
from .answers import answer
from .asked import invoice_asked, require_storable
from .body import read_body, require_whole
from .endpoint import UNAVAILABLE, RegieCall, regie_endpoint


@regie_endpoint('POST', business_status=UNAVAILABLE)
def pay(call: RegieCall, invoice_id: str = '') -> HttpResponse:
    """Any 200 is final for the portal, so nothing but a committed payment answers one.

    The answer is made of the request alone: a replay has the same.
    """
    body = read_body(call.request)
    with _kept_if_rejected(call, invoice_id, body):
        asked = invoice_asked(call, invoice_id)
        require_storable(asked)
        require_whole(body)
        notice = read_notice(body, call.request.content_type or '')
    record_payment(regie=call.regie, invoice_id=asked, notice=notice, client=call.client)
    return answer({'id': asked, 'transaction_id': notice.transaction_id})


@contextmanager
def _kept_if_rejected(call: RegieCall, invoice_id: str, body: bytes) -> Iterator[None]:
    """A citizen may have paid all the same: a person must see it."""
    try:
        yield
    except CallerError as error:
        keep_rejected_notification(
            regie=call.regie,
            invoice_id=storable_text(invoice_id or call.request.GET.get('invoice_id', '')),
            client=call.client,
            body=text_of(body),
            reason=str(error),
        )
        raise
