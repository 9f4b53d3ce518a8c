"""P21: health is red soon after the oldest unsent payment passes its threshold, green after; one alert."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.models import Payment, Regie
from passerelle_maelis_invoices.settings import app_settings
from passerelle_maelis_invoices.use_cases.check_connector import local_status
from passerelle_maelis_invoices.use_cases.look_after import PAUSE, look_after
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.builders import a_connector, a_notice, a_regie

RUNS = 3
STEP = timedelta(seconds=PAUSE)
RED = '[toulouse] règlements en retard'
GREEN = '[toulouse] Terminé : règlements en retard'


@pytest.fixture
def clock(db: None) -> Iterator[Any]:
    with time_machine.travel(datetime.fromisoformat('2026-03-02T10:00:00+01:00'), tick=False) as clock:
        yield clock


@pytest.fixture
def regie(clock: Any, simulator: Simulator) -> Regie:
    connector = a_connector(
        wsdl_url=simulator.wsdl_url, fresh_for=0, payment_lag=0, alert_emails='dsi@ville.example'
    )
    return a_regie('007', connector=connector)


@pytest.mark.parametrize('run', range(RUNS))
def test_p21_health_is_red_in_time_and_green_after_with_one_alert(
    run: int, regie: Regie, clock: Any, simulator: Simulator
) -> None:
    pay(regie, run)
    simulator.down()
    clock.shift(
        timedelta(seconds=app_settings().LATE_PAYMENT_THRESHOLD) - 2 * STEP + timedelta(seconds=7 * run)
    )
    a_step(clock)
    assert healthy(regie) and RED not in subjects()
    for _ in range(3):
        a_step(clock)
    assert not healthy(regie) and subjects().count(RED) == 1
    for _ in range(20):
        a_step(clock)
    assert not healthy(regie) and subjects().count(RED) == 1
    simulator.up()
    until(clock, lambda: not Payment.objects.filter(acknowledged_at=None).exists())
    assert healthy(regie)
    for _ in range(10):
        a_step(clock)
    assert subjects().count(RED) == subjects().count(GREEN) == 1


def pay(regie: Regie, run: int) -> None:
    invoices = read_invoices(regie=regie, family_ids=['1001', '1002', '1003']).invoices
    payable = [invoice for invoice in invoices if invoice.not_payable is None]
    for invoice in payable[: run + 1]:
        record_payment(regie=regie, invoice_id=invoice.id, notice=a_notice(f'T{invoice.id}'), client=None)
    assert payable


def a_step(clock: Any) -> None:
    """What a worker does in that time."""
    clock.shift(STEP)
    work(actor='worker')
    look_after()


def until(clock: Any, true: Any, most: int = 200) -> None:
    while not true():
        a_step(clock)
        most -= 1
        assert most


def healthy(regie: Regie) -> bool:
    return local_status(regie.connector).ok


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]
