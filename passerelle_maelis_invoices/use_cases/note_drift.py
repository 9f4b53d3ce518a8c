"""Keep what surprises in Maelis's answers: a row for each kind, written once a minute at most."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from ..errors import ConnectorError, UnusableAnswer
from ..maelis import InvoicesRead
from ..models import Connector, NotedDrift

#: A surprise that goes on is written down this often.
NOTE_EVERY = timedelta(minutes=1)
#: Kinds of surprise kept for one connector: what sends random element names fills no table.
MOST_KINDS = 300
LONGEST_ELEMENT = 200
LONGEST_EXAMPLE = 200

#: From the words of JSON Schema, in which the reader speaks.
WHAT = {
    'additionalProperties': NotedDrift.UNKNOWN,
    'required': NotedDrift.MISSING,
    'type': NotedDrift.UNREADABLE,
}
#: What tells whose an invoice is.
OWNER = 'numFamily, codRegie'


@dataclass(frozen=True, slots=True)
class Surprise:
    operation: str
    element: str
    what: str


def note_drift(
    connector: Connector, operation: str, answers: Iterable[InvoicesRead | ConnectorError]
) -> None:
    """Costs no query when nothing surprises, one SELECT when all that does was noted a moment ago."""
    found = {
        Surprise(operation, element[:LONGEST_ELEMENT], what): example
        for answer in answers
        for element, what, example in _surprises(answer)
    }
    if found:
        _note(connector, found)


def _surprises(answer: InvoicesRead | ConnectorError) -> Iterator[tuple[str, str, str]]:
    match answer:
        case InvoicesRead():
            for drift in answer.drift:
                yield drift.path, WHAT[drift.keyword], drift.example
            if answer.foreign:
                yield OWNER, NotedDrift.FOREIGN, ''
        case UnusableAnswer(foreign=True):
            yield OWNER, NotedDrift.FOREIGN, ''
        case UnusableAnswer() if answer.element:
            what = NotedDrift.MISSING if answer.found is None else NotedDrift.UNREADABLE
            yield answer.element, what, answer.found or ''


def _note(connector: Connector, found: dict[Surprise, str]) -> None:
    known = _known(connector)
    now = timezone.now()
    for surprise in found.keys() & known.keys():
        if known[surprise] <= now - NOTE_EVERY:
            _count(connector, surprise, now)
    new = [surprise for surprise in found if surprise not in known][: max(0, MOST_KINDS - len(known))]
    rows = [_row(connector, surprise, found[surprise], now) for surprise in new]
    NotedDrift.objects.bulk_create(rows, ignore_conflicts=True)


def _known(connector: Connector) -> dict[Surprise, datetime]:
    rows = NotedDrift.objects.filter(connector=connector)
    columns = rows.values_list('operation', 'element', 'what', 'last_seen_at')
    return {Surprise(operation, element, what): seen_at for operation, element, what, seen_at in columns}


def _row(connector: Connector, surprise: Surprise, example: str, now: datetime) -> NotedDrift:
    return NotedDrift(
        connector=connector,
        operation=surprise.operation,
        element=surprise.element,
        what=surprise.what,
        first_seen_at=now,
        last_seen_at=now,
        count=1,
        example=example[:LONGEST_EXAMPLE],
    )


def _count(connector: Connector, surprise: Surprise, now: datetime) -> None:
    """Two processes at the same moment count once."""
    due = NotedDrift.objects.filter(
        connector=connector,
        operation=surprise.operation,
        element=surprise.element,
        what=surprise.what,
        last_seen_at__lte=now - NOTE_EVERY,
    )
    due.update(count=F('count') + 1, last_seen_at=now)
