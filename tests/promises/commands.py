"""What an actor can be asked to do, in this process or in another one."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connections
from django.test import Client

from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.use_cases.deliver_payment import deliver_payment
from passerelle_maelis_invoices.use_cases.work import work

Answer = tuple[int, Any]


def ask(path: str, body: dict[str, Any] | None = None) -> Answer:
    """A request through middlewares, URLs and views; GET without a body. Gives the status and the JSON."""
    client = _client()
    if body is None:
        response = client.get(path)
    else:
        response = client.post(path, json.dumps(body), content_type='application/json')
    return response.status_code, response.json()


@cache
def _client() -> Client:
    """One for the process: each new one loads the middlewares anew."""
    return Client(raise_request_exception=False, headers={'host': 'localhost'})


def do_round(actor: str) -> int:
    """One round of the worker; gives the number of payments that it looked at."""
    return work(actor=actor)


def deliver(pk: int, actor: str) -> None:
    """One payment, whatever its turn; what another worker does with it meanwhile is what is tried."""
    payment = Payment.objects.select_related('regie__connector').get(pk=pk)
    deliver_payment(payment, actor=actor)


def reconnect() -> None:
    connections.close_all()


COMMANDS: dict[str, Callable[..., Any]] = {
    'ask': ask,
    'do_round': do_round,
    'deliver': deliver,
    'reconnect': reconnect,
}
