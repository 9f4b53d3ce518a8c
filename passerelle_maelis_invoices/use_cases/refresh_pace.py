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
        self._budget = LoadBudget(connector.refresh_rate if rate is None else rate)
        self._go_on = go_on
        self._patience = patience
        self._pause = pause
        self._clock = clock
        self._down_since: float | None = None

    def wait(self, calls: int) -> Stop | None:
        """Returns when that many calls may leave together, or why none may any more."""
        while known_down(self._connector):
            if not self._go_on():
                return Stop.ASKED
            if self._down_for() >= self._patience:
                return Stop.MAELIS_DOWN
            self._pause(LOOK_EVERY)
        if seconds := self._budget.wait_for(calls, self._clock()):
            self._pause(seconds)
        return None if self._go_on() else Stop.ASKED

    def answered(self) -> None:
        """Maelis is there: its next outage is waited for anew."""
        self._down_since = None

    def _down_for(self) -> float:
        now = self._clock()
        if self._down_since is None:
            self._down_since = now
        return now - self._down_since
