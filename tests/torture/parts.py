"""What the long run tries, how much of it, and in portions of which size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.postgresql import PostgreSQL
from tests.promises.faithful_readers import read_faithfully
from tests.promises.figures import Figures
from tests.promises.frozen_workers import freeze_workers
from tests.promises.killed_servers import kill_servers, stop_databases
from tests.promises.outages import outage
from tests.promises.races import deliver_one_payment_twice, notify_again_and_again, pay_one_invoice_twice
from tests.promises.restores import restore
from tests.promises.stage import Stage
from tests.promises.storm import storm

STEPS = 60
WAYS = 64


@dataclass(frozen=True)
class Part:
    """`run` takes a stage, a size and a seed. Each portion has a new database and a new Maelis."""

    name: str
    #: What its size counts.
    unit: str
    full: int
    portion: int
    run: Callable[[Stage, int, int], Figures]


def parts(server: PostgreSQL | None) -> list[Part]:
    """`server` is the one that may be crashed, if there is one."""
    crashes = [Part('P1b stops', 'stops', 200, 10, partial(_stops, server))] if server else []
    return [
        Part('P1', 'examples', 20_000, 100, _reads),
        Part('P1b', 'kills', 2_000, 100, _kill),
        *crashes,
        Part('P2', 'payments', 50_000, 500, _storm),
        Part('P5', 'notifications', 10_000, 1_000, _notify),
        Part(
            'P7',
            'races',
            5_000,
            100,
            _pay_twice,
        ),
        Part('P9', 'races', 10_000, 200, _deliver),
        Part('P10', 'payments', 10_000, 1_000, _outage),
        Part('P12', 'freezes', 500, 10, _freeze),
        Part('P19', 'restores', 50, 5, _restore),
    ]


def _reads(stage: Stage, size: int, seed: int) -> Figures:
    return read_faithfully(stage, examples=size, steps=STEPS, number=seed)


def _kill(stage: Stage, size: int, seed: int) -> Figures:
    return kill_servers(stage, kills=size, number=seed)


def _stops(server: PostgreSQL, stage: Stage, size: int, seed: int) -> Figures:
    return stop_databases(stage, server, stops=size, number=seed)


def _storm(stage: Stage, size: int, seed: int) -> Figures:
    """A fifth of the answers are lost, and a worker dies for every 25 payments."""
    return storm(stage, payments=size, faults=size // 5, kills=max(1, size // 25), number=seed)


def _notify(stage: Stage, size: int, seed: int) -> Figures:
    return notify_again_and_again(stage, notifications=size, ways=WAYS, number=seed)


def _pay_twice(stage: Stage, size: int, seed: int) -> Figures:
    return pay_one_invoice_twice(stage, races=size, number=seed)


def _deliver(stage: Stage, size: int, seed: int) -> Figures:
    return deliver_one_payment_twice(stage, races=size, number=seed)


def _freeze(stage: Stage, size: int, seed: int) -> Figures:
    """Every other time nobody takes over."""
    return freeze_workers(stage, freezes=size, number=seed, takeover=seed % 2 == 0)


def _outage(stage: Stage, size: int, seed: int) -> Figures:
    return outage(stage, payments=size, number=seed)


def _restore(stage: Stage, size: int, seed: int) -> Figures:
    return restore(stage, times=size, number=seed)
