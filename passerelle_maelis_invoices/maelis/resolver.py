"""Names to addresses, within a deadline.

getaddrinfo cannot be interrupted, so it runs in a few daemon threads that every client shares: a resolver
that hangs holds those, never the caller. A name is looked up once at a time, however many ask for it.
"""

import os
import socket
from collections.abc import Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any

from .deadline import Deadline

#: Family, kind, protocol, canonical name and what ``socket.connect`` wants.
Address = tuple[int, int, int, str, Any]
Place = tuple[str, int]

#: Threads at most, for the whole process.
THREADS = 4
#: Seconds that an answer is remembered.
MEMORY = 30.0


class Resolver:
    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start anew: a forked child has none of its parent's threads."""
        self._lock = Lock()
        self._threads = 0
        self._asked: SimpleQueue[tuple[Place, Future[Sequence[Address]]]] = SimpleQueue()
        self._known: dict[Place, tuple[Future[Sequence[Address]], float]] = {}

    def addresses(self, host: str, port: int, deadline: Deadline) -> Sequence[Address]:
        """Raises socket.gaierror when there are none, or none in time."""
        numeric = _numeric_address(host, port)
        if numeric:
            return numeric
        lookup = self._lookup((host, port))
        try:
            return lookup.result(timeout=deadline.left())
        except (TimeoutError, UnicodeError) as error:
            raise socket.gaierror(socket.EAI_AGAIN, 'name not resolved') from error

    def _lookup(self, place: Place) -> 'Future[Sequence[Address]]':
        with self._lock:
            if place in self._known and not _is_stale(*self._known[place]):
                return self._known[place][0]
            lookup: Future[Sequence[Address]] = Future()
            self._known[place] = lookup, monotonic()
            self._asked.put((place, lookup))
            self._start_a_thread()
            return lookup

    def _start_a_thread(self) -> None:
        if self._threads < THREADS:
            self._threads += 1
            Thread(target=_answer, args=(self._asked,), name='maelis-dns', daemon=True).start()


def _numeric_address(host: str, port: int) -> Sequence[Address]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []


def _is_stale(lookup: 'Future[Sequence[Address]]', asked_at: float) -> bool:
    if not lookup.done():
        return False
    return lookup.exception() is not None or monotonic() - asked_at > MEMORY


def _answer(asked: 'SimpleQueue[tuple[Place, Future[Sequence[Address]]]]') -> None:
    while True:
        (host, port), lookup = asked.get()
        try:
            lookup.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            lookup.set_exception(error)


RESOLVER = Resolver()
os.register_at_fork(after_in_child=RESOLVER.forget)
