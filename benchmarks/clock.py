"""Measure two ways of doing the same, in turns, so that a noisy moment of the machine spoils neither."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Prepare = Callable[[], Any]
Act = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of one act: of this process's processor time, and of the wall's clock."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Way:
    """``act`` is measured; what it is given by ``prepare`` is made beforehand."""

    act: Act
    prepare: Prepare = lambda: None


def in_turns(*ways: Way, rounds: int, acts: int) -> list[Cost]:
    """The median of the rounds, for each way; a first round of all warms them up."""
    for way in ways:
        _round(way, min(acts, 20))
    measured = [[_round(way, acts) for way in ways] for _ in range(rounds)]
    return [_median([one[rank] for one in measured]) for rank in range(len(ways))]


def _round(way: Way, acts: int) -> Cost:
    prepared = [way.prepare() for _ in range(acts)]
    cpu, wall = time.process_time(), time.perf_counter()
    for one in prepared:
        way.act(one)
    per_act = 1000 / acts
    return Cost((time.process_time() - cpu) * per_act, (time.perf_counter() - wall) * per_act)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.cpu for cost in costs), median(cost.wall for cost in costs))
