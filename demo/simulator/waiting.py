"""How many requests wait for their answer at once."""

from collections import Counter
from collections.abc import Callable
from threading import Lock


class Waiting:
    """A request waits from when it was read until the first byte of its answer leaves."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Those that wait now, for a client that went away perhaps, are not counted on."""
        #: The most at once, by operation.
        self.most: Counter[str] = Counter()
        self._now: Counter[str] = Counter()

    def enter(self, operation: str) -> Callable[[], None]:
        """What to call when it waits no longer; twice does no harm."""
        now, left = self._now, False
        with self._lock:
            now[operation] += 1
            self.most[operation] = max(self.most[operation], now[operation])

        def leave() -> None:
            nonlocal left
            with self._lock:
                now[operation] -= not left
                left = True

        return leave
