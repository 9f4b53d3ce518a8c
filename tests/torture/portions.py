"""The pieces that a run is cut into: each with a database, a Maelis and a seed of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge


@dataclass(frozen=True)
class Portion:
    database: str
    part: str
    start: int
    size: int
    seed: int
    #: Share of its part that is done when it is: parts go on side by side.
    share: float

    def __str__(self) -> str:
        return f'{self.part} on {self.database}, size {self.size}, seed {self.seed}'


@dataclass(frozen=True)
class Outcome:
    portion: Portion
    seconds: float
    counts: dict[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    #: Of the database, with its version.
    version: str = ''
    error: str = ''


def cut(database: str, part: str, *, total: int, size: int, seed: int) -> Iterator[Portion]:
    for start in range(0, total, size):
        end = min(total, start + size)
        yield Portion(database, part, start, end - start, seed * 1_000_003 + start, end / total)


def side_by_side(parts: Iterable[Iterable[Portion]]) -> list[Portion]:
    """Those that wait for processes and those that keep processors busy go well together."""
    return list(merge(*parts, key=lambda portion: portion.share))
