"""Remembers a payment in the browser, signed: the portal has no table of its own, and survives a restart."""

from __future__ import annotations

import json
import uuid

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from demo.portal.payment import Payment, payment_from_json

NAME = 'portail_paiement'
ONE_DAY = 86400


def remember_payment(response: HttpResponseBase, payment: Payment) -> None:
    """The cookie is sent back to this payment's own page only, so that many of them never add up."""
    response.set_signed_cookie(
        NAME,
        json.dumps(payment.as_json()),
        salt=_salt(payment.transaction_id),
        max_age=ONE_DAY,
        path=reverse('portal:payment', args=[payment.transaction_id]),
        httponly=True,
        samesite='Lax',
    )


def remembered_payment(request: HttpRequest, transaction_id: uuid.UUID) -> Payment:
    stored = request.get_signed_cookie(NAME, None, salt=_salt(transaction_id), max_age=ONE_DAY)
    if stored is None:
        raise Http404('Ce paiement n’est pas connu de ce navigateur.')
    return payment_from_json(json.loads(stored))


def _salt(transaction_id: uuid.UUID) -> str:
    return f'{NAME}:{transaction_id}'
