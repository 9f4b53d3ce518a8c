"""The faults that are armed, and which of them strikes a request."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from threading import Lock
from typing import Any

from demo.simulator.faults import ALL, FAULTS, Fault
from demo.simulator.service import WSDL

CONDITIONS = ('operation', 'family', 'regie', 'times', 'probability', 'commit')


@dataclass
class ArmedFault:
    """Strikes `times` (None: for ever) requests of that operation, family and régie (None: any).

    `commit` overrides what the table says of the fault; the operation `wsdl` is the reading of the WSDL.
    """

    id: int
    fault: Fault
    parameters: Mapping[str, Any]
    operation: str | None = None
    family: str | None = None
    regie: str | None = None
    times: int | None = None
    probability: float = 1.0
    commit: bool | None = None

    @property
    def commits(self) -> bool:
        return self.fault.committed if self.commit is None else self.commit

    def concerns(self, operation: str, family: str, regie: str) -> bool:
        operations = (self.operation,) if self.operation else self.fault.operations
        return (
            not self.fault.whole_port
            and operation in operations
            and self.family in (None, family)
            and self.regie in (None, regie)
            and self.times != 0
        )

    def to_json(self) -> dict[str, Any]:
        conditions = {name: getattr(self, name) for name in CONDITIONS}
        return {'id': self.id, 'mode': self.fault.name, **conditions, **self.parameters}


class Armoury:
    """The first armed fault that concerns a request, and that its probability lets through, strikes it.

    Chance is drawn from the seed: the same requests in the same order meet the same faults.
    """

    def __init__(self, seed: int) -> None:
        self.seed, self.lock = seed, Lock()
        self.forget()

    def forget(self) -> None:
        self.armed: list[ArmedFault] = []
        self.struck: Counter[str] = Counter()
        self._dice = Random(f'{self.seed}/faults')
        self._next_id = 1

    def arm(self, wish: Mapping[str, Any]) -> ArmedFault:
        """Raises `ValueError`, saying what is possible."""
        with self.lock:
            fault = armed_fault(self._next_id, wish)
            self._next_id += 1
            self.armed.append(fault)
            return fault

    def replace(self, wishes: list[Mapping[str, Any]]) -> None:
        """All or none of them."""
        with self.lock:
            armed = [armed_fault(self._next_id + n, wish) for n, wish in enumerate(wishes)]
            self._next_id += len(armed)
            self.armed = armed

    def disarm(self, fault_id: int) -> None:
        with self.lock:
            self.armed = [fault for fault in self.armed if fault.id != fault_id]

    def draw(self, operation: str, family: str, regie: str) -> ArmedFault | None:
        with self.lock:
            for fault in self.armed:
                if fault.concerns(operation, family, regie) and self._dice.random() < fault.probability:
                    return self._strike(fault)
            return None

    def whole_port(self) -> str | None:
        return next((fault.fault.name for fault in self.armed if fault.fault.whole_port), None)

    def _strike(self, fault: ArmedFault) -> ArmedFault:
        self.struck[fault.fault.name] += 1
        if fault.times is not None:
            fault.times -= 1
        return fault


def armed_fault(fault_id: int, wish: Mapping[str, Any]) -> ArmedFault:
    """Raises `ValueError`, saying what is possible."""
    fault = FAULTS.get(str(wish.get('mode')))
    if fault is None:
        raise ValueError(f'mode must be one of {", ".join(FAULTS)}')
    conditions = {name: wish[name] for name in CONDITIONS if wish.get(name) is not None}
    own = {name: value for name, value in wish.items() if name not in (*CONDITIONS, 'id', 'mode')}
    if unknown := own.keys() - fault.parameters.keys():
        raise ValueError(f'{fault.name} does not know {sorted(unknown)}; it has {sorted(fault.parameters)}')
    allowed = (*fault.operations, WSDL) if fault.operations == ALL else fault.operations
    if conditions.get('operation', allowed[0]) not in allowed:
        raise ValueError(f'{fault.name} concerns {", ".join(allowed)}')
    for name in ('family', 'regie'):
        if name in conditions:
            conditions[name] = str(conditions[name])
    return ArmedFault(fault_id, fault, {**fault.parameters, **own}, **conditions)
