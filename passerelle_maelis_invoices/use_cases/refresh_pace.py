"""How fast the refresh may go: as Maelis's operators set it, and not at all while Maelis is down."""

from collections.abc import Callable
from enum import StrEnum
from time import monotonic, sleep

from ..domain.load_budget import LoadBudget
from ..models import Connector
from .breaker import known_down

#: Seconds that Maelis may stay down before a run gives up; what is left is for the next one.
PATIENCE = 3600.0
#: Seconds between two looks whether it is back.
LOOK_EVERY = 1.0


class Stop(StrEnum):
    """Why a run ended before its end."""

    ASKED = 'asked'
    MAELIS_DOWN = 'maelis-down'
    TAKEN_OVER = 'taken-over'


class Pace:
    """``pause`` and ``clock`` are the steady clock's; ``go_on`` is asked before each group of calls."""

    def __init__(
        self,
        connector: Connector,
        *,
        rate: float | None = None,
        go_on: Callable[[], bool] = lambda: True,
        patience: float = PATIENCE,
        pause: Callable[[float], object] = sleep,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """``rate``: calls a second; the connector's own when ``None``."""
        self._connector = connector
        self.rate = connector.refresh_rate if rate is None else rate
        self._budget = LoadBudget(self.rate)
        self._go_on = go_on
        self._is_ours: Callable[[], bool] = lambda: True
        self._patience = patience
        self._pause = pause
        self._clock = clock
        self._down_since: float | None = None

    def keep_to(self, is_ours: Callable[[], bool]) -> None:
        """What is done may be taken over by another process: ``is_ours`` is asked as often as ``go_on``."""
        self._is_ours = is_ours

    def follow(self, calls: int) -> None:
        """As if so many calls had left just now: those of the batch before this one."""
        self._budget.wait_for(calls, self._clock())

    def wait(self, calls: int) -> Stop | None:
        """Returns when that many calls may leave together, or why none may any more."""
        while known_down(self._connector):
            if stop := self._stop():
                return stop
            if self._down_for() >= self._patience:
                return Stop.MAELIS_DOWN
            self._pause(LOOK_EVERY)
        if seconds := self._budget.wait_for(calls, self._clock()):
            self._pause(seconds)
        return self._stop()

    def answered(self) -> None:
        """Maelis is there: its next outage is waited for anew."""
        self._down_since = None

    def _stop(self) -> Stop | None:
        if not self._go_on():
            return Stop.ASKED
        return None if self._is_ours() else Stop.TAKEN_OVER

    def _down_for(self) -> float:
        now = self._clock()
        if self._down_since is None:
            self._down_since = now
        return now - self._down_since
