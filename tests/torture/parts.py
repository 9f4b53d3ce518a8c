"""What the long run tries, how much of it, and in portions of which size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.promises.faithful_readers import read_faithfully
from tests.promises.figures import Figures
from tests.promises.frozen_workers import freeze_workers
from tests.promises.killed_servers import kill_servers, stop_databases
from tests.promises.outages import outage
from tests.promises.races import deliver_one_payment_twice, notify_again_and_again, pay_one_invoice_twice
from tests.promises.restores import restore
from tests.promises.storm import storm
from tests.torture.ground import Ground

STEPS = 60
WAYS = 64


@dataclass(frozen=True)
class Part:
    """`run` takes a ground, a size and a seed."""

    name: str
    #: What its size counts.
    unit: str
    full: int
    portion: int
    run: Callable[[Ground, int, int], Figures]
    databases: tuple[str, ...] = ('sqlite', 'postgresql')


def parts_on(database: str) -> list[Part]:
    return [part for part in PARTS if database in part.databases]


def _reads(ground: Ground, size: int, seed: int) -> Figures:
    return read_faithfully(ground.stage(), examples=size, steps=STEPS, number=seed)


def _kill(ground: Ground, size: int, seed: int) -> Figures:
    return kill_servers(ground.stage(), kills=size, number=seed)


def _stop(ground: Ground, size: int, seed: int) -> Figures:
    assert ground.server
    return stop_databases(ground.stage(), ground.server, stops=size, number=seed)


def _storm(ground: Ground, size: int, seed: int) -> Figures:
    """A fifth of the answers are lost, and a worker dies for every 25 payments."""
    kills = max(1, size // 25)
    return storm(ground.stage(), payments=size, faults=size // 5, kills=kills, number=seed)


def _notify(ground: Ground, size: int, seed: int) -> Figures:
    return notify_again_and_again(ground.stage(), notifications=size, ways=WAYS, number=seed)


def _pay_twice(ground: Ground, size: int, seed: int) -> Figures:
    return pay_one_invoice_twice(ground.stage(), races=size, number=seed)


def _deliver(ground: Ground, size: int, seed: int) -> Figures:
    return deliver_one_payment_twice(ground.stage(), races=size, number=seed)


def _outage(ground: Ground, size: int, seed: int) -> Figures:
    return outage(ground.stage(), payments=size, number=seed)


def _freeze(ground: Ground, size: int, seed: int) -> Figures:
    """Every other time nobody takes over."""
    return freeze_workers(ground.stage(), freezes=size, number=seed, takeover=seed % 2 == 0)


def _restore(ground: Ground, size: int, seed: int) -> Figures:
    return restore(ground.stage(), times=size, number=seed)


PARTS = (
    Part('P1', 'examples', 20_000, 50, _reads),
    Part('P1b', 'kills', 2_000, 50, _kill),
    Part('P1b stops', 'stops', 200, 10, _stop, databases=('postgresql',)),
    Part('P2', 'payments', 50_000, 1_000, _storm),
    Part('P5', 'notifications', 10_000, 1_000, _notify),
    Part('P7', 'races', 5_000, 100, _pay_twice),
    Part('P9', 'races', 10_000, 200, _deliver),
    Part('P10', 'payments', 10_000, 1_000, _outage),
    Part('P12', 'freezes', 500, 5, _freeze),
    Part('P19', 'restores', 50, 5, _restore),
)
