"""When Maelis, or this connector, could not be reached: for `status/`, and to know what to replay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from ..domain.french import duration, moment
from ..models import Connector, Outage, Reachability

#: How far back `status/` looks.
LATELY = timedelta(days=7)
#: The portal repeats a notification 42 times, once a minute: it outlives a shorter outage of ours.
PORTAL_PATIENCE = timedelta(minutes=40)


@dataclass(frozen=True, slots=True)
class Interruption:
    """``ended_at`` is ``None`` while it lasts."""

    who: str
    began_at: datetime
    ended_at: datetime | None

    @property
    def length(self) -> timedelta:
        return (self.ended_at or timezone.now()) - self.began_at

    @property
    def to_replay(self) -> bool:
        """Whether the portal may have given up on payments that it had to tell meanwhile."""
        ours = self.who == Outage.CONNECTOR
        return ours and is_worth_a_replay(self.began_at, self.ended_at or timezone.now())


def list_outages(*, connector: Connector, since: datetime | None = None) -> list[Interruption]:
    """Those that went on after ``since``, lately when it is not said; the latest first, one may go on."""
    return [*_running(connector), *_over(connector, since or timezone.now() - LATELY)]


def is_worth_a_replay(began_at: datetime, ended_at: datetime) -> bool:
    return ended_at - began_at >= PORTAL_PATIENCE


def outages_in_words(outages: Iterable[Interruption]) -> str:
    """For an administrator, in French: how long, and from when to when to replay payments from the portal."""
    outages = list(outages)
    sentences = [*_lengths(outages), *_replays(outages)]
    return ' '.join(sentences) or 'Aucune interruption récente.'


def _running(connector: Connector) -> Iterator[Interruption]:
    for row in Reachability.objects.filter(connector=connector, open_until__isnull=False):
        if row.failing_since:
            yield Interruption(Outage.MAELIS, row.failing_since, None)


def _over(connector: Connector, since: datetime) -> list[Interruption]:
    mine = Q(connector=connector) | Q(connector__isnull=True)
    outages = Outage.objects.filter(mine, ended_at__gt=since)
    return [Interruption(outage.who, outage.began_at, outage.ended_at) for outage in outages]


def _lengths(outages: list[Interruption]) -> Iterator[str]:
    for who, name in Outage.WHO:
        lengths = [outage.length for outage in outages if outage.who == who]
        if lengths:
            name = name[0].upper() + name[1:]
            times = f' en {len(lengths)} fois' if len(lengths) > 1 else ''
            yield f'{name} : injoignable {duration(sum(lengths, timedelta()))}{times}.'


def _replays(outages: list[Interruption]) -> Iterator[str]:
    for outage in outages:
        if outage.to_replay and outage.ended_at:
            yield (
                'À renvoyer depuis le portail : les paiements faits entre '
                f'le {moment(outage.began_at)} et le {moment(outage.ended_at)}.'
            )
