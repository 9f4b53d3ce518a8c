"""Once Maelis is known to be down, nobody waits for it: one caller now and then finds out when it is back.

The state is a row, so that every process knows what one of them learnt. The libraries for circuit breakers
keep theirs in one process or in Redis, and let every process probe.
"""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..errors import NeverLeft
from ..models import Connector, Outage, Reachability
from ..models.prepared import columns, loaded, prepared

#: Failures in a row after which Maelis is taken to be down.
FAILURES_TO_OPEN = 3
#: Pause between two tries while it is down: doubling, up to the longest.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=30)
STATE = columns(Reachability, 'id', 'failures', 'failing_since', 'open_until', 'awry_about')


def may_call(connector: Connector) -> None:
    """Raises NeverLeft while Maelis is known to be down, save for the one caller whose turn it is to try."""
    state = _state(connector)
    if state.open_until is None:
        return
    if state.open_until > timezone.now() or not _take_turn(state):
        raise NeverLeft(detail='breaker open')


def known_down(connector: Connector) -> bool:
    """Whether to spare a caller who can do without Maelis, and who is not to be the one that tries."""
    open_until = _state(connector).open_until
    return open_until is not None and open_until > timezone.now()


def note_answer(connector: Connector) -> None:
    """Maelis answered as it should: nothing to write, as long as it always did."""
    failing = _state(connector)
    if not failing.failures:
        return
    closed = Reachability.objects.filter(pk=failing.pk, failures=failing.failures)
    ended = closed.update(failures=0, failing_since=None, open_until=None, last_error='', awry_about='')
    if ended and failing.open_until and failing.failing_since:
        Outage.objects.create(
            connector=connector, who=Outage.MAELIS, began_at=failing.failing_since, ended_at=timezone.now()
        )


def note_awry(connector: Connector, about: str, error: str) -> None:
    """It answered, but in a way that cannot be used; ``about`` names whom it was asked about.

    Twice in a row about one family proves nothing more than once: the fault may be that family's.
    """
    if _state(connector).awry_about == about:
        give_turn_back(connector)
    else:
        note_failure(connector, error, awry_about=about)


def give_turn_back(connector: Connector) -> None:
    """The caller found out nothing: the next one may try at once."""
    if _state(connector).open_until is not None:
        Reachability.objects.filter(connector=connector, open_until__isnull=False).update(
            open_until=timezone.now()
        )


def note_failure(connector: Connector, error: str, *, awry_about: str = '') -> None:
    """Maelis did not answer, or not in a way that can be read."""
    now = timezone.now()
    Reachability.objects.bulk_create([Reachability(connector=connector)], ignore_conflicts=True)
    mine = Reachability.objects.filter(connector=connector)
    mine.update(
        failures=F('failures') + 1,
        failing_since=Coalesce('failing_since', now),
        last_error=error,
        awry_about=awry_about,
    )
    failures = mine.values_list('failures', flat=True).get()
    if failures >= FAILURES_TO_OPEN:
        mine.update(open_until=now + _pause(failures))


def _state(connector: Connector) -> Reachability:
    """Read now; one that was never written when Maelis never failed."""
    rows = _states(connector.pk)
    return loaded(Reachability, STATE, rows[0]) if rows else Reachability()


@prepared(Reachability)
def _states(connector_id: int) -> QuerySet[Reachability, tuple[Any, ...]]:
    return Reachability.objects.filter(connector=connector_id).values_list(*STATE)


def _take_turn(state: Reachability) -> bool:
    """One conditional UPDATE: whoever makes it tries, the others go on without Maelis."""
    mine = Reachability.objects.filter(pk=state.pk, open_until=state.open_until)
    return bool(mine.update(open_until=timezone.now() + _pause(state.failures)))


def _pause(failures: int) -> timedelta:
    doublings = min(max(failures - FAILURES_TO_OPEN, 0), 8)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
