"""The nightly refresh of a connector's local copy: linked families, in batches, within a load budget."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from ..models import Connector, FamilyLink, RefreshRun
from .refresh_families import Tally, refresh_families
from .refresh_pace import Pace

#: Families whose lists are planned together: what is held in memory at once.
BATCH = 200
#: Calls at once, unless told otherwise.
CONCURRENCY = 4
#: Times that a list which Maelis did not answer is asked for in one run.
PASSES = 3
#: A run that did not end is gone on with until it is this old.
GO_ON_WITHIN = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Refreshed:
    tally: Tally
    families: int
    resumed: bool

    @property
    def finished(self) -> bool:
        """Whether all was asked for and answered; otherwise the next run has something to go on with."""
        return self.tally.stop is None


#: Called with the families done in this pass and how many there are.
Progress = Callable[[int, int], None]


def refresh_invoices(
    *,
    connector: Connector,
    pace: Pace,
    full: bool = False,
    concurrency: int = CONCURRENCY,
    progress: Progress = lambda done, total: None,
) -> Refreshed:
    """Goes on with a run that was killed or stopped, if there is one. Raises MisconfiguredConnector.

    Lists that Maelis did not answer are asked for again once all others were.
    """
    run, resumed = open_run(connector, full=full)
    total = count_linked_families(connector)
    tally = Tally()
    for _ in range(PASSES):
        one = _one_pass(run, pace, concurrency, lambda done: progress(done, total))
        tally = _after_another(tally, one)
        if tally.stop or not tally.silent:
            break
    if tally.stop is None:
        close_run(run)
    return Refreshed(tally, total, resumed)


def open_run(connector: Connector, *, full: bool) -> tuple[RefreshRun, bool]:
    """The run to do, and whether it was begun before."""
    recent = RefreshRun.objects.filter(
        connector=connector, full=full, finished_at=None, started_at__gt=timezone.now() - GO_ON_WITHIN
    )
    begun = recent.order_by('-started_at').first()
    if begun is not None:
        return begun, True
    return RefreshRun.objects.create(connector=connector, full=full, started_at=timezone.now()), False


def close_run(run: RefreshRun) -> None:
    RefreshRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=timezone.now())


def refresh_batch(*, run: RefreshRun, family_ids: Sequence[str], pace: Pace, concurrency: int) -> Tally:
    """One batch of a run, here or on another machine; doing it twice costs no call."""
    tally = refresh_families(
        connector=run.connector, family_ids=family_ids, night=run.night, pace=pace, concurrency=concurrency
    )
    RefreshRun.objects.filter(pk=run.pk).update(
        read=F('read') + tally.read, failed=F('failed') + tally.silent + tally.refused
    )
    return tally


def linked_families(connector: Connector, *, batch: int = BATCH) -> Iterator[list[str]]:
    """In batches, along an index: all families are never in memory at once."""
    after = ''
    while found := _families_after(connector, after, batch):
        yield found
        after = found[-1]


def count_linked_families(connector: Connector) -> int:
    return FamilyLink.objects.filter(connector=connector).order_by().values('family_id').distinct().count()


def _families_after(connector: Connector, after: str, batch: int) -> list[str]:
    links = FamilyLink.objects.filter(connector=connector, family_id__gt=after).order_by('family_id')
    return list(links.values_list('family_id', flat=True).distinct()[:batch])


def _one_pass(run: RefreshRun, pace: Pace, concurrency: int, progress: Callable[[int], None]) -> Tally:
    tally, done = Tally(), 0
    for family_ids in linked_families(run.connector):
        tally += refresh_batch(run=run, family_ids=family_ids, pace=pace, concurrency=concurrency)
        if tally.stop:
            break
        done += len(family_ids)
        progress(done)
    return tally


def _after_another(before: Tally, last: Tally) -> Tally:
    """What was read adds up; what is silent or refused, and what is spared, is what the last pass says."""
    spared = before.spared or last.spared
    return Tally(before.read + last.read, last.silent, last.refused, spared, last.stop)
