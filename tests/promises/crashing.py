"""Death at a named point, from outside: the product has no hooks for it, so it is patched here.

A process is armed with a point, how many times it is passed first, and the signal that it sends to itself
there. A web process is armed by the header `X-Crash-At` of one request.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import local
from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest, HttpResponse

RECORDING = ('before-insert', 'before-commit', 'after-commit')
DELIVERING = ('after-claim', 'after-figures', 'half-sent', 'mid-send', 'answered', 'written')


@dataclass
class Plan:
    point: str = ''
    #: How often the point is passed before it strikes.
    passes: int = 0
    signal: int = signal.SIGKILL


plan = Plan()
here = local()


def reach(point: str) -> None:
    if getattr(here, 'point', '') == point:
        os.kill(os.getpid(), signal.SIGKILL)
    if plan.point == point:
        plan.passes -= 1
        if plan.passes < 0:
            plan.point = ''
            os.kill(os.getpid(), plan.signal)


def arm_by_header(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """A middleware."""

    def serve(request: HttpRequest) -> HttpResponse:
        here.point = request.headers.get('X-Crash-At', '')
        return get_response(request)

    return serve


class Crashing(AppConfig):
    name = 'tests.promises.crashing'
    label = 'crashing'

    def ready(self) -> None:
        from passerelle_maelis_invoices.maelis import MaelisClient
        from passerelle_maelis_invoices.models import Payment, PaymentEvent

        pre_save.connect(_about_to_save, sender=Payment)
        post_save.connect(_saved, sender=Payment)
        post_save.connect(_journalled, sender=PaymentEvent)
        _around_commit()
        _around_payment(MaelisClient)
        _around_sending()
        if os.environ.get('NEVER_READ_BACK'):
            _take_every_lost_payment_for_absent()


def _about_to_save(*, instance: Any, **_: Any) -> None:
    if instance.pk is None:
        reach('before-insert')


def _saved(*, created: bool, **_: Any) -> None:
    if created:
        here.inserted = True


def _journalled(*, instance: Any, **_: Any) -> None:
    point = {'claimed': 'after-claim', 'acknowledged': 'written'}.get(instance.event)
    if point:
        transaction.on_commit(lambda: reach(point))


def _around_commit() -> None:
    commit = BaseDatabaseWrapper.commit

    def watched(self: BaseDatabaseWrapper) -> None:
        inserted, here.inserted = getattr(here, 'inserted', False), False
        if inserted:
            reach('before-commit')
        commit(self)
        if inserted:
            reach('after-commit')

    BaseDatabaseWrapper.commit = watched  # type: ignore[method-assign]


def _around_payment(client: Any) -> None:
    pay_invoices = client.pay_invoices

    def watched(self: Any, **arguments: Any) -> str:
        reach('after-figures')
        here.paying = True
        try:
            word: str = pay_invoices(self, **arguments)
        finally:
            here.paying = False
        reach('answered')
        return word

    client.pay_invoices = watched


def _around_sending() -> None:
    send, getresponse = HTTPConnection.send, HTTPConnection.getresponse

    def watched_send(self: HTTPConnection, data: Any) -> None:
        if getattr(here, 'paying', False) and plan.point == 'half-sent':
            send(self, bytes(data)[: len(data) // 2])
            reach('half-sent')
            data = bytes(data)[len(data) // 2 :]
        send(self, data)

    def watched_getresponse(self: HTTPConnection) -> Any:
        if getattr(here, 'paying', False):
            reach('mid-send')
        return getresponse(self)

    HTTPConnection.send = watched_send  # type: ignore[method-assign]
    HTTPConnection.getresponse = watched_getresponse  # type: ignore[method-assign]


def _take_every_lost_payment_for_absent() -> None:
    """The control: what would happen without the one guard that everything rests on."""
    from passerelle_maelis_invoices.domain import sending
    from passerelle_maelis_invoices.domain.readback import Verdict
    from passerelle_maelis_invoices.use_cases import read_back_payment

    def absent(**_: Any) -> Verdict:
        return Verdict.ABSENT

    for module in (sending, read_back_payment):
        module.verdict = absent  # type: ignore[attr-defined]
