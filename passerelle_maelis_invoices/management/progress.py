"""A progress bar for whoever watches; nothing at all in a log or a cron mail."""

from datetime import timedelta
from time import monotonic
from typing import Protocol

from ..domain.french import duration

WIDTH = 30
#: Seconds between two drawings.
DRAW_EVERY = 0.2


class Terminal(Protocol):
    """A text stream, or what Django wraps one in."""

    def isatty(self) -> bool: ...

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...


class ProgressBar:
    """Drawn on one line of a terminal, erased by ``clear``."""

    def __init__(self, stream: Terminal, title: str) -> None:
        self._stream = stream if stream.isatty() else None
        self._title = title
        self._began = monotonic()
        self._drawn = float('-inf')

    def show(self, done: int, total: int) -> None:
        if self._stream is None or (monotonic() - self._drawn < DRAW_EVERY and done < total):
            return
        self._drawn = monotonic()
        self._stream.write(f'\r{self._line(done, total)}\x1b[K')
        self._stream.flush()

    def clear(self) -> None:
        if self._stream is not None:
            self._stream.write('\r\x1b[K')
            self._stream.flush()

    def _line(self, done: int, total: int) -> str:
        filled = WIDTH * done // total if total else WIDTH
        bar = '█' * filled + '·' * (WIDTH - filled)
        return f'{self._title} {bar} {done}/{total}{self._left(done, total)}'

    def _left(self, done: int, total: int) -> str:
        if not 0 < done < total:
            return ''
        seconds = (monotonic() - self._began) / done * (total - done)
        return f', encore {duration(timedelta(seconds=seconds))}'
