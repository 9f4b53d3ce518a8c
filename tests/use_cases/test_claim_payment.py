"""Two workers, one invoice: one of them goes on, the other one comes back later, and none of it is news."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.use_cases.claim_payment import claim_payment
from tests.builders import a_payment, an_invoice
from tests.site import Site

TABLE = Payment._meta.db_table
#: Of the server's own view of who waits for whom.
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


class Failed(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def fail(monkeypatch: pytest.MonkeyPatch, sqlstate: str) -> None:
    def apply(*_: object, **__: object) -> None:
        raise OperationalError('it failed') from Failed(sqlstate)

    monkeypatch.setattr(Payment, 'apply', apply)


@pytest.mark.django_db
@pytest.mark.parametrize('sqlstate', ['40P01', '40001'])
def test_a_claim_that_another_one_was_preferred_to_is_put_off(
    monkeypatch: pytest.MonkeyPatch, sqlstate: str
) -> None:
    payment = a_payment()
    fail(monkeypatch, sqlstate)
    assert not claim_payment(payment, actor='worker')
    payment.refresh_from_db()
    assert payment.state == State.RECORDED
    assert payment.next_attempt_at and payment.next_attempt_at > timezone.now()


@pytest.mark.django_db
def test_a_database_that_fails_otherwise_is_no_such_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = a_payment()
    fail(monkeypatch, '57P01')
    with pytest.raises(OperationalError):
        claim_payment(payment, actor='worker')


def test_p7_workers_that_wait_for_one_another_are_told_apart_by_the_database(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """A deadlock made on purpose: the other one took the invoice first, then wants our payment too."""
    if site.vendor != 'postgresql':
        pytest.skip('SQLite has one writer at a time')
    invoice = an_invoice()
    ours, theirs = a_payment('T1', of=invoice), a_payment('T2', of=invoice)
    with psycopg.connect(site.database_url) as other, psycopg.connect(site.database_url) as watch:
        watch.autocommit = True
        other.execute("SET deadlock_timeout = '1h'")
        other.execute(f"UPDATE {TABLE} SET state = 'sending' WHERE id = {theirs.pk}")  # noqa: S608
        with ThreadPoolExecutor(2) as pool, caplog.at_level(logging.ERROR):
            claimed = pool.submit(_claim, ours)
            _wait_until(watch, 1)
            wanted = pool.submit(other.execute, f'UPDATE {TABLE} SET fence = fence WHERE id = {ours.pk}')  # noqa: S608
            wanted.result(timeout=60)
            other.rollback()
            assert claimed.result(timeout=60) is False
    ours.refresh_from_db()
    assert (ours.state, ours.events.count(), caplog.records) == (State.RECORDED, 0, [])


def _claim(payment: Payment) -> bool:
    try:
        return claim_payment(payment, actor='worker')
    finally:
        connections.close_all()


def _wait_until(watch: psycopg.Connection[tuple[int]], waiting: int) -> None:
    for _ in range(500):
        row = watch.execute(WAITING).fetchone()
        if row and row[0] >= waiting:
            return
        time.sleep(0.01)
    raise AssertionError('nobody waits')
