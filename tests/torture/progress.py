"""One line that says how far a run is, and when it should end."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from tests.torture.portions import Outcome, Portion
from tests.torture.state import State


class Progressing:
    """In a terminal the line is written over, elsewhere there is one for each portion."""

    def __init__(self, portions: Sequence[Portion], states: dict[str, State], *, jobs: int) -> None:
        self._left = list(portions)
        self._states = states
        self._jobs = jobs
        self._began = time.monotonic()

    def tell(self, outcome: Outcome) -> None:
        self._left.remove(outcome.portion)
        portion = outcome.portion
        if outcome.error:
            print(f'\n{outcome.error}', file=sys.stderr)
        line = f'{portion.part} on {portion.database}: {portion.share:.0%}; {self._time_left()}'
        before, after = ('\r\033[K', '') if sys.stderr.isatty() else ('', '\n')
        print(before + line, end=after, file=sys.stderr, flush=True)

    def _time_left(self) -> str:
        """By what each part took for its size until now."""
        seconds, unknown = 0.0, False
        for portion in self._left:
            progress = self._states[portion.database].of(portion.part)
            unknown |= not progress.done
            seconds += progress.seconds / progress.done * portion.size if progress.done else 0
        more = ' and what was not begun yet' if unknown else ''
        return f'{len(self._left)} portions left, {seconds / self._jobs / 60:,.0f} min{more}'
