"""Maelis behind the scenes: what the simulator's control says, and the switches that trouble it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

import requests

from demo.portal.reading import amount, moment

TIMEOUT = 2.0
SLOW_MILLISECONDS = 3000
FAULTS: Mapping[str, list[dict[str, Any]]] = {
    'normal': [],
    'down': [],
    'slow': [{'mode': 'slow', 'ms': SLOW_MILLISECONDS}],
    'forgetful': [{'mode': 'commit_then_reset', 'operation': 'payInvoices'}],
}


@dataclass(frozen=True)
class AppliedPayment:
    """A `payInvoices` that Maelis really applied; whoever reads the invoices sees it from `shown_at` on."""

    regie: str
    numbers: tuple[str, ...]
    reference: str
    amount: Decimal
    shown_at: datetime

    @property
    def hidden_seconds(self) -> int:
        return max(0, ceil((self.shown_at - datetime.now(UTC)).total_seconds()))


@dataclass(frozen=True)
class Maelis:
    """`mode` is a key of FAULTS, 'other' or 'unknown'; `lag` in seconds before a payment shows."""

    mode: str
    lag: int
    applied: Sequence[AppliedPayment]

    def applied_to(self, regie: str, number: str) -> list[AppliedPayment]:
        return [payment for payment in self.applied if payment.regie == regie and number in payment.numbers]

    def applied_for(self, reference: str) -> list[AppliedPayment]:
        return [payment for payment in self.applied if payment.reference == reference]


class SimulatorControl:
    """The simulator's control URL, which is no part of Maelis's own interface."""

    def __init__(self, url: str) -> None:
        self.url = url

    def read(self) -> Maelis:
        """What Maelis is up to; `mode` is 'unknown' when the control cannot be read."""
        try:
            state, journal = self._get(''), self._get('journal')
        except (requests.RequestException, ValueError):
            return Maelis('unknown', 0, ())
        lag = int(state.get('lag') or 0)
        return Maelis(_mode(state), lag, [_applied(entry, lag) for entry in journal])

    def switch(self, mode: str) -> None:
        """Raises `requests.RequestException` when the control does not obey."""
        self._post('down', {'down': mode == 'down'})
        self._post('', {'faults': FAULTS[mode]})

    def set_lag(self, seconds: int) -> None:
        self._post('', {'lag': seconds})

    def _get(self, tail: str) -> Any:
        return self._call('GET', tail).json()

    def _post(self, tail: str, body: Mapping[str, Any]) -> None:
        self._call('POST', tail, json=body)

    def _call(self, method: str, tail: str, **options: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            response = session.request(method, f'{self.url}{tail}', timeout=TIMEOUT, **options)
        response.raise_for_status()
        return response


def _mode(state: Mapping[str, Any]) -> str:
    if state.get('down'):
        return 'down'
    modes = [fault.get('mode') for fault in state.get('faults') or []]
    names = {None: 'normal', 'slow': 'slow', 'commit_then_reset': 'forgetful'}
    return names.get(modes[0] if modes else None, 'other')


def _applied(entry: Mapping[str, Any], lag: int) -> AppliedPayment:
    applied_at = moment(entry.get('time')) or datetime.now(UTC)
    return AppliedPayment(
        regie=str(entry.get('regie')),
        numbers=tuple(str(number) for number in entry.get('numbers') or ()),
        reference=str(entry.get('reference')),
        amount=amount(entry.get('amount')),
        shown_at=applied_at + timedelta(seconds=lag),
    )
