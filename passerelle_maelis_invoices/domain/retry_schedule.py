"""When a payment is looked at again: doubling pauses with a ceiling, spread by chance.

Knows no clock and no database; pauses are returned, never slept.
"""

from datetime import timedelta
from random import Random

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=30)
#: Share of a pause that chance adds or takes, so that a backlog does not come back all at once.
JITTER = 0.2
#: A definite refusal is tried this many times in all: what it objects to may be put right meanwhile.
TRIES_WHEN_REFUSED = 3
REFUSAL_PAUSE = timedelta(minutes=10)
#: A back office that stays down is tried for this long before a person is asked.
PATIENCE = timedelta(days=30)
#: An accepted payment that Maelis does not show goes to a person after this long,
NOT_SHOWN_FOR = timedelta(days=1)
#: or this many times the lag that Maelis is known to have, where that is longer;
NOT_SHOWN_LAGS = 10
#: and not before this many answers without it: a Maelis that cannot be asked says nothing.
NOT_SHOWN_ANSWERS = 10


def pause_after_failure(failures: int, chance: Random) -> timedelta:
    """Pause after the ``failures``-th call in a row that never left, counted from 1."""
    doubled = FIRST_PAUSE * 2 ** min(max(failures, 1) - 1, 16)
    return _spread(min(doubled, LONGEST_PAUSE), chance)


def pause_after_refusal(refusals: int, chance: Random) -> timedelta | None:
    """Pause after the ``refusals``-th definite refusal; ``None``: give up and ask a person."""
    if refusals >= TRIES_WHEN_REFUSED:
        return None
    return _spread(REFUSAL_PAUSE * refusals, chance)


def patience_until_shown(lag: timedelta) -> timedelta:
    return max(NOT_SHOWN_FOR, NOT_SHOWN_LAGS * lag)


def is_never_shown(*, age: timedelta, lag: timedelta, answers: int) -> bool:
    """``age``: since Maelis accepted it; ``answers``: those that do not show it."""
    return answers >= NOT_SHOWN_ANSWERS and age > patience_until_shown(lag)


def pause_out_of_reach(waited: timedelta, chance: Random) -> timedelta:
    """Pause before an accepted payment is asked about again that could not be: as long as it ``waited``.

    Calls that never left are not counted: what a payment counts is answers that do not show it.
    """
    return _spread(min(max(waited, FIRST_PAUSE), LONGEST_PAUSE), chance)


def _spread(pause: timedelta, chance: Random) -> timedelta:
    return pause * (1 + JITTER * (2 * chance.random() - 1))
