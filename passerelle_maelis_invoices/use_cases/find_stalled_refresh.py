"""A local copy that nothing keeps young any more: nobody would see it before Maelis is down."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..domain.french import moment
from ..domain.incident import Incident, IncidentKind
from ..models import Connector, FamilyLink, RefreshRun

#: A little more than two nights, for those of different lengths.
TWO_NIGHTS = timedelta(hours=50)
#: How long one may be seen to by nobody: a worker that died, or a person who is about to go on with it.
UNATTENDED = timedelta(hours=1)


def find_stalled_refresh(*, connector: Connector, now: datetime) -> Iterator[Incident]:
    """Only where refreshes were begun before, and somebody is linked."""
    last = RefreshRun.objects.filter(connector=connector).order_by('-started_at').first()
    if last is None or not FamilyLink.objects.filter(connector=connector).exists():
        return
    if words := _ails(last, now):
        yield Incident(IncidentKind.REFRESH_STALLED, words)


def _ails(last: RefreshRun, now: datetime) -> str:
    if last.finished_at is None and (last.held_until or last.started_at) <= now - UNATTENDED:
        return f'L’actualisation commencée le {moment(last.started_at)} s’est arrêtée avant la fin.'
    if last.started_at <= now - TWO_NIGHTS:
        return f'Aucune actualisation n’a commencé depuis le {moment(last.started_at)}.'
    return ''
