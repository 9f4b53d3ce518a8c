"""P3: lists read by many at once while Maelis does its worst: in time, and with the same invoices."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest.mock import patch

from django.db import connections

from demo.simulator.faults import FAULTS, Fault
from passerelle_maelis_invoices.models import Connector
from tests.promises.commands import ask
from tests.promises.figures import Figures
from tests.promises.stage import Bill, Stage

DEADLINE = 0.6  # seconds that the connector gives Maelis
GRACE = 0.5  # seconds more that the property allows
BATCH = 20
AT_ONCE = 10
AGAIN = 3
FEW_AT_ONCE = 2  # where answers are of many megabytes: their parsing takes turns on the processor
MODES = [fault for fault in FAULTS.values() if fault.reading and 'readInvoices' in fault.operations]
BREAKER = 'passerelle_maelis_invoices.use_cases.breaker.FAILURES_TO_OPEN'


@dataclass(frozen=True)
class Reading:
    seconds: float
    status: int
    content: Any

    def is_right(self, fault: Fault, before: Any) -> bool:
        """What Maelis says in such a mode changes nothing, and is used where it can be."""
        source = 'maelis' if fault.reading == 'done' else 'local'
        data_is = self.status == 200 and self.content['data'] == before
        return data_is and bool(self.content['meta']['source'] == source)

    @property
    def late(self) -> bool:
        return self.seconds > DEADLINE + GRACE


def read_from_a_hostile_maelis(
    stage: Stage, *, reads: int, number: int, deadline: float = DEADLINE
) -> Figures:
    """`late` and `wrong` are asked again alone, three times, before they count: what else the machine does
    is no fault of ours. The breaker stays closed, so that every read asks.
    """
    wrong = ('late', 'wrong')
    figures, dice = Figures('P3', stage.site.vendor, number, wrong=wrong), Random(number)
    bills = stage.bills(['42.00'] * BATCH, regie='007')
    for bill in bills:
        # So that no answer about the other régie is empty: an empty list gives itself away by nothing.
        stage.bill('13.00', family=int(bill.family), regie='SEN')
    with patch(BREAKER, 10**6):
        _give(stage, seconds=20.0)
        before = [_read(bill).content['data'] for bill in bills]
        assert all(before)
        _give(stage, seconds=deadline)
        for start in range(0, reads, BATCH):
            size = min(BATCH, reads - start)
            _one_mode(stage, dice.choice(MODES), bills[:size], before[:size], figures)
    return figures


def _give(stage: Stage, *, seconds: float) -> None:
    Connector.objects.filter(pk=stage.connector.pk).update(deadline=seconds, fresh_for=0)


def _one_mode(
    stage: Stage, fault: Fault, bills: Sequence[Bill], before: Sequence[Any], figures: Figures
) -> None:
    armed = {} if fault.whole_port else {'operation': 'readInvoices'}
    with stage.maelis.fault(fault.name, **armed):
        found = _by_many(bills, FEW_AT_ONCE if 'megabytes' in fault.parameters else AT_ONCE)
        for bill, data, one in zip(bills, before, found, strict=True):
            figures.counts['reads'] += 1
            for _ in range(AGAIN):
                if one.is_right(fault, data) and not one.late:
                    break
                figures.counts['asked again'] += 1
                one = _read(bill)
            figures.counts['late'] += one.late
            figures.counts['wrong'] += not one.is_right(fault, data)


def _by_many(bills: Sequence[Bill], at_once: int) -> list[Reading]:
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(_then_hang_up(_read), bills))


def _then_hang_up(read: Callable[[Bill], Reading]) -> Callable[[Bill], Reading]:
    def read_and_close(bill: Bill) -> Reading:
        try:
            return read(bill)
        finally:
            connections.close_all()

    return read_and_close


def _read(bill: Bill) -> Reading:
    began = time.monotonic()
    status, content = ask(bill.path('invoices/', payer_external_id=bill.family))
    return Reading(time.monotonic() - began, status, content)
