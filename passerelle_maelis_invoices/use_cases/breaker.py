"""Once Maelis is known to be down, nobody waits for it: one caller now and then finds out when it is back.

The state is a row, so that every process knows what one of them learnt. The libraries for circuit breakers
keep theirs in one process or in Redis, and let every process probe.
"""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..errors import NeverLeft
from ..models import Connector, Outage, Reachability

#: Failures in a row after which Maelis is taken to be down.
FAILURES_TO_OPEN = 3
#: Pause between two tries while it is down: doubling, up to the longest.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=30)


def may_call(connector: Connector) -> None:
    """Raises NeverLeft while Maelis is known to be down, save for the one caller whose turn it is to try."""
    row = Reachability.objects.filter(connector=connector, open_until__isnull=False).first()
    if row is None or row.open_until is None:
        return
    now = timezone.now()
    if row.open_until > now or not _take_turn(row):
        raise NeverLeft(detail='breaker open')


def known_down(connector: Connector) -> bool:
    """Whether to spare a caller who can do without Maelis, and who is not to be the one that tries."""
    return Reachability.objects.filter(connector=connector, open_until__gt=timezone.now()).exists()


def note_answer(connector: Connector) -> None:
    """Maelis answered: one UPDATE that finds no row, as long as it always did."""
    failing = Reachability.objects.filter(connector=connector, failures__gt=0).first()
    if failing is None:
        return
    closed = Reachability.objects.filter(pk=failing.pk, failures=failing.failures)
    ended = closed.update(failures=0, failing_since=None, open_until=None, last_error='')
    if ended and failing.open_until and failing.failing_since:
        Outage.objects.create(
            connector=connector, who=Outage.MAELIS, began_at=failing.failing_since, ended_at=timezone.now()
        )


def note_failure(connector: Connector, error: str) -> None:
    """Maelis did not answer, or not in a way that can be read."""
    now = timezone.now()
    Reachability.objects.bulk_create([Reachability(connector=connector)], ignore_conflicts=True)
    mine = Reachability.objects.filter(connector=connector)
    mine.update(failures=F('failures') + 1, failing_since=Coalesce('failing_since', now), last_error=error)
    failures = mine.values_list('failures', flat=True).get()
    if failures >= FAILURES_TO_OPEN:
        mine.update(open_until=now + _pause(failures))


def _take_turn(row: Reachability) -> bool:
    """One conditional UPDATE: whoever makes it tries, the others go on without Maelis."""
    mine = Reachability.objects.filter(pk=row.pk, open_until=row.open_until)
    return bool(mine.update(open_until=timezone.now() + _pause(row.failures)))


def _pause(failures: int) -> timedelta:
    doublings = min(max(failures - FAILURES_TO_OPEN, 0), 8)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
