"""A Maelis that goes wrong in every way that its table knows, at chance, while payments are delivered."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from demo.simulator.faults import FAULTS, Fault
from demo.simulator.process import Simulator

PAYING, READING = 'payInvoices', 'readInvoices'
#: They hold a worker up for its whole deadline, or keep a processor busy: fewer of them.
HEAVY = {
    'hang', 'header_trickle', 'body_trickle', 'commit_then_hang', 'late_commit', 'big_text_12mb',
    'big_answer_200mb', 'gzip_bomb',
}  # fmt: skip
ONE_IN = 100
#: Of being struck by one mode: enough for all to strike, too little for the breaker to stay open.
CHANCE = {PAYING: 0.05, READING: 0.01}
PARAMETERS: dict[str, dict[str, Any]] = {
    'late_commit': {'seconds': 0.3},
    'slow': {'ms': 50},
}
LOST = 'answers lost after commit'
WHOLE_PORT = [fault.name for fault in FAULTS.values() if fault.whole_port]
A_MOMENT = 0.3  # seconds


@dataclass
class HostileMaelis:
    """`faults` answers to payments are lost after the payment was applied; the others come on top."""

    maelis: Simulator
    dice: Random
    faults: int
    #: By the armed fault's number: what it counts as, and how often it may strike.
    armed: dict[int, tuple[str, int]] = field(default_factory=dict)

    def arm(self) -> None:
        modes = [fault for fault in FAULTS.values() if not fault.whole_port]
        lost = [fault for fault in modes if _is_lost(fault)]
        quick = [fault for fault in lost if fault.name not in HEAVY]
        few = max(1, self.faults // ONE_IN)
        most = -(-(self.faults - few * (len(lost) - len(quick))) // len(quick))
        for fault in modes:
            if PAYING in fault.operations:
                self._arm(
                    fault, PAYING, most if fault in quick else few, LOST if fault in lost else 'other answers'
                )
            if READING in fault.operations:
                self._arm(fault, READING, few, 'readings spoilt')

    def _arm(self, fault: Fault, operation: str, times: int, kind: str) -> None:
        parameters = PARAMETERS.get(fault.name, {})
        armed = self.maelis.fault(
            fault.name, operation=operation, times=times, probability=CHANCE[operation], **parameters
        )
        self.armed[armed.facts['id']] = kind, times

    def go_away_for_a_moment(self) -> None:
        """Nobody gets through to it."""
        with self.maelis.fault(self.dice.choice(WHOLE_PORT)):
            time.sleep(A_MOMENT)

    def counts(self) -> Counter[str]:
        """How often it struck, by kind."""
        left = {fault['id']: fault['times'] for fault in self.maelis.state()['faults']}
        struck: Counter[str] = Counter()
        for number, (kind, times) in self.armed.items():
            struck[kind] += times - left[number]
        return struck


def _is_lost(fault: Fault) -> bool:
    return fault.committed and fault.paying == 'unknown'
