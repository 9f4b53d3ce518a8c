"""The last calls of the portal, without nonces and signatures, in a file that all its processes append to."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

KEPT = 60
LARGEST = 200_000


@dataclass(frozen=True)
class Occasion:
    """What made the portal call; calls of one occasion are shown together."""

    number: int
    label: str

    @classmethod
    def named(cls, label: str) -> Occasion:
        return cls(time.time_ns(), label)


@dataclass(frozen=True)
class Exchange:
    """One call; `at` is an ISO moment, `url` is not signed yet, `status` None without an answer."""

    occasion: Occasion
    at: str
    method: str
    url: str
    status: int | None
    milliseconds: int

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> str:
        return urlsplit(self.url).query

    @property
    def went_well(self) -> bool:
        return self.status is not None and self.status < 300


@dataclass(frozen=True)
class Group:
    occasion: Occasion
    exchanges: tuple[Exchange, ...]


class WireJournal:
    """Losing a line of it costs nothing: it is there to be looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, exchange: Exchange) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._shorten()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f'{json.dumps(asdict(exchange))}\n'.encode())
        finally:
            os.close(descriptor)

    def latest_first(self) -> list[Group]:
        """The calls grouped by occasion, the newest occasion first."""
        by_occasion: dict[Occasion, list[Exchange]] = {}
        for exchange in map(_exchange, self._last_lines()):
            by_occasion.setdefault(exchange.occasion, []).append(exchange)
        newest = sorted(by_occasion, key=lambda occasion: -occasion.number)
        return [Group(occasion, tuple(by_occasion[occasion])) for occasion in newest]

    def _last_lines(self) -> list[str]:
        return self.path.read_text().splitlines()[-KEPT:] if self.path.exists() else []

    def _shorten(self) -> None:
        if self.path.exists() and self.path.stat().st_size > LARGEST:
            self.path.write_text(''.join(f'{line}\n' for line in self._last_lines()))


def _exchange(line: str) -> Exchange:
    row = json.loads(line)
    return Exchange(**{**row, 'occasion': Occasion(**row['occasion'])})
