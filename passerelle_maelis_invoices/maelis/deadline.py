"""A moment after which a call must have ended, whatever the other side does."""

from dataclasses import dataclass
from time import monotonic
from typing import Self


class DeadlineExceeded(TimeoutError):
    """The moment has passed; what that proves depends on whether a byte was sent."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Absolute, on the monotonic clock: steps of the wall clock do not move it."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        return cls(monotonic() + seconds)

    @property
    def is_over(self) -> bool:
        return self.moment <= monotonic()

    def left(self) -> float:
        """Seconds left, above zero; raises DeadlineExceeded when there are none."""
        seconds = self.moment - monotonic()
        if seconds <= 0:
            raise DeadlineExceeded('deadline passed')
        return seconds
