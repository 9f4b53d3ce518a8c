"""What Maelis's answers have too much or lack: told once for all that was found at one moment."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from ..domain.incident import Incident, IncidentKind
from ..models import Connector, NotedDrift

#: A surprise that was not seen for so long is over.
DRIFT_LASTS = timedelta(days=3)
#: Elements that a message names.
MOST_NAMED = 10


def find_drift(*, connector: Connector, now: datetime) -> Iterator[Incident]:
    noted = NotedDrift.objects.filter(connector=connector, last_seen_at__gt=now - DRIFT_LASTS)
    together: dict[tuple[bool, str], list[NotedDrift]] = defaultdict(list)
    for drift in noted.order_by('first_seen_at', 'element', 'what'):
        together[drift.what == NotedDrift.FOREIGN, drift.first_seen_at.isoformat()].append(drift)
    for (foreign, moment), drifts in together.items():
        yield _foreign(drifts[0], moment) if foreign else _drift(drifts, moment)


def _foreign(drift: NotedDrift, subject: str) -> Incident:
    return Incident(
        IncidentKind.FOREIGN_INVOICES,
        f'Maelis a répondu à {drift.operation} avec des factures d’une autre famille ou d’une autre régie. '
        'Elles ont été écartées ; signalez-le à son exploitant.',
        subject,
    )


def _drift(drifts: list[NotedDrift], subject: str) -> Incident:
    named = [f'{drift.operation} {drift.element} ({drift.get_what_display()})' for drift in drifts]
    more = len(named) - MOST_NAMED
    return Incident(
        IncidentKind.DRIFT,
        'Les réponses de Maelis ont changé de forme : '
        + ', '.join(named[:MOST_NAMED])
        + (f' et {more} de plus.' if more > 0 else '.'),
        subject,
    )
