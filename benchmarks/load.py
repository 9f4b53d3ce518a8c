"""Readers that ask at the same time, each on a connection of its own, one request after another."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import chain
from urllib.parse import urlsplit

#: Seconds.
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Load:
    #: Of each request, in milliseconds, sorted.
    latencies: Sequence[float]
    #: Requests a second, of all readers together.
    rate: float

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def load(url: str, path: Callable[[], str], *, readers: int, requests: int) -> Load:
    """``path`` is called for each request; raises RuntimeError when one is not answered 200."""

    def read(count: int) -> list[float]:
        place = urlsplit(url)
        connection = HTTPConnection(place.hostname or '', place.port, timeout=PATIENCE)
        try:
            return [_one(connection, path()) for _ in range(count)]
        finally:
            connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(readers) as pool:
        latencies = sorted(chain.from_iterable(pool.map(read, [requests // readers] * readers)))
    return Load(latencies, len(latencies) / (time.perf_counter() - began))


def _one(connection: HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request('GET', path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f'{path}: {answer.status} {body[:200]!r}')
    return (time.perf_counter() - began) * 1000
