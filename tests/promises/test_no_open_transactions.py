"""P12: no transaction is open while Maelis is waited for: a slow Maelis must not hold the database up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.maelis.transport import Answer, Transport
from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.use_cases.read_regies import read_regies
from tests.promises.actors import Actor, Actors, Clock, acting
from tests.promises.commands import ask, do_round
from tests.promises.stage import Bill, Stage

#: Seconds that Maelis says nothing; whoever waits gives up before.
PATIENCE = 30
IDLE = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%'"
)


@pytest.fixture
def bill(stage: Stage) -> Bill:
    bill = stage.bills(['42.00'])[0]
    stage.link(bill)
    return bill


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each request to Maelis, whether its thread or the test's had a transaction open."""
    ours, seen = connections['default'], []

    def watched(send: Callable[..., Answer]) -> Callable[..., Answer]:
        def and_look(self: Transport, *arguments: Any, **options: Any) -> Answer:
            seen.append(ours.in_atomic_block or connections['default'].in_atomic_block)
            return send(self, *arguments, **options)

        return and_look

    for name in ('send', 'send_once'):
        monkeypatch.setattr(Transport, name, watched(getattr(Transport, name)))
    return seen


def pay(bill: Bill) -> None:
    status, answer = ask(bill.pay_path, {'transaction_id': f'T-{bill.id}', 'amount': '42.00'})
    assert status == 200, answer


def due() -> None:
    Payment.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())


def read_a_list(stage: Stage, bill: Bill) -> None:
    ask(bill.path('invoices/', NameID=bill.name_id))


def read_an_invoice(stage: Stage, bill: Bill) -> None:
    ask(bill.path(f'invoice/{bill.id}/'))


def read_a_pdf(stage: Stage, bill: Bill) -> None:
    Client(headers={'host': 'localhost'}).get(bill.path(f'invoice/{bill.id}/pdf/'))


def deliver(stage: Stage, bill: Bill) -> None:
    pay(bill)
    do_round('worker')
    assert Payment.objects.get().state == State.DELIVERED


def look_for_it(stage: Stage, bill: Bill) -> None:
    deliver(stage, bill)
    due()
    do_round('worker')
    assert Payment.objects.get().state == State.CONFIRMED


def read_back(stage: Stage, bill: Bill) -> None:
    pay(bill)
    with stage.maelis.fault('commit_then_reset', operation='payInvoices', times=1):
        do_round('worker')
    due()
    do_round('worker')
    assert Payment.objects.get().state == State.DELIVERED


def refresh(stage: Stage, bill: Bill) -> None:
    read_a_list(stage, bill)
    call_command('maelis_refresh_invoices', '--full', verbosity=0)


def read_the_regies(stage: Stage, bill: Bill) -> None:
    read_regies(connector=stage.connector, seconds=5)


@pytest.mark.parametrize(
    ('act', 'at_least'),
    [
        (read_a_list, 1),
        (read_an_invoice, 1),
        (read_a_pdf, 2),
        (deliver, 2),
        (look_for_it, 3),
        (read_back, 3),
        (refresh, 2),
        (read_the_regies, 1),
    ],
)
def test_p12_no_transaction_is_open_during_a_call(
    stage: Stage, bill: Bill, calls: list[bool], act: Callable[[Stage, Bill], None], at_least: int
) -> None:
    act(stage, bill)
    assert len(calls) >= at_least
    assert not any(calls)


@pytest.fixture
def actors(stage: Stage) -> Iterator[Actors]:
    stage.site.environment |= {'MAELIS_INVOICES_PAY_DEADLINE': str(PATIENCE), 'MAELIS_INVOICES_LEASE': '120'}
    stage.settings |= {'deadline': float(PATIENCE)}
    stage.furnish()
    with acting(stage.site, Clock(real=True), number=1) as actors:
        yield actors


@pytest.mark.postgresql
@pytest.mark.parametrize('site', ['postgresql'], indirect=True)
@pytest.mark.parametrize('operation', ['readInvoices', 'payInvoices'])
def test_p12_a_silent_maelis_leaves_no_session_idle_in_a_transaction(
    stage: Stage, bill: Bill, actors: Actors, operation: str
) -> None:
    """As the server sees a process that waits, of a reader or of the worker."""
    pay(bill)
    actor = actors.all[-1]
    assert isinstance(actor, Actor)
    stage.maelis.fault('hang', operation=operation)
    before = stage.maelis.calls().get(operation, 0)
    actor.begin('do_round', actor='worker')
    try:
        _wait_for_a_call(stage, operation, before)
        connections.close_all()
        with psycopg.connect(stage.site.database_url, autocommit=True) as watch:
            assert watch.execute(IDLE).fetchone() == (0,)
    finally:
        actor.kill()


def _wait_for_a_call(stage: Stage, operation: str, before: int) -> None:
    for _ in range(PATIENCE * 20):
        if stage.maelis.calls().get(operation, 0) > before:
            return
        time.sleep(0.05)
    raise AssertionError(f'{operation} is never called')
