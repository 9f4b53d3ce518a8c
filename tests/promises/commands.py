"""What an actor can be asked to do, in this process or in another one."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cache
from typing import Any

import time_machine
from django.core.management import call_command
from django.db import connections
from django.test import Client

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.use_cases.deliver_payment import deliver_payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.promises import crashing

Answer = tuple[int, Any]


def at(now: datetime | None) -> AbstractContextManager[Any]:
    """The time that a command goes by; None: the real one."""
    return time_machine.travel(now, tick=True) if now else nullcontext()


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
    if payment.state == State.RECORDED:
        deliver_payment(payment, actor=actor)


def arm(point: str, passes: int = 0, number: int = signal.SIGKILL) -> None:
    """This process sends itself that signal at a named point, after it passed it so many times."""
    crashing.plan.point, crashing.plan.passes, crashing.plan.signal = point, passes, number


def run_worker() -> None:
    """The command itself, until it is killed."""
    call_command('maelis_worker')


def reconnect() -> None:
    connections.close_all()


COMMANDS: dict[str, Callable[..., Any]] = {
    'ask': ask,
    'do_round': do_round,
    'deliver': deliver,
    'arm': arm,
    'run_worker': run_worker,
    'reconnect': reconnect,
}
