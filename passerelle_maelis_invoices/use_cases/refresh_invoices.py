"""The nightly refresh of a connector's local copy: linked families, in batches, within a load budget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from ..models import Connector, RefreshRun
from .linked_families import count_linked_families, linked_families
from .open_refresh import close_run, open_run
from .refresh_families import Tally, refresh_families
from .refresh_hold import Hold, lease
from .refresh_pace import Pace
from .summarise_refresh import summarise_refresh

#: Calls at once, unless told otherwise.
CONCURRENCY = 4
#: Times that a list which Maelis did not answer is asked for in one run.
PASSES = 3


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
    """Goes on with a run that was killed or stopped, if there is one.

    Lists that Maelis did not answer are asked for again once all others were. Raises MisconfiguredConnector,
    and RefreshUnderWay when somebody else refreshes this connector.
    """
    run, resumed = open_run(connector, full=full)
    hold = _hold_of(run, lease(connector, rate=pace.rate, concurrency=concurrency))
    pace.keep_to(hold.renew)
    try:
        done = Refreshed(
            _all_passes(run, pace, concurrency, progress), count_linked_families(connector), resumed
        )
        if done.finished:
            close_run(run, _summary(done, run))
    finally:
        hold.end()
    return done


def refresh_batch(*, run: RefreshRun, family_ids: Sequence[str], pace: Pace, concurrency: int) -> Tally:
    """One batch of a run, here or on another machine; doing it twice costs no call."""
    tally = refresh_families(
        connector=run.connector, family_ids=family_ids, night=run.night, pace=pace, concurrency=concurrency
    )
    RefreshRun.objects.filter(pk=run.pk).update(
        read=F('read') + tally.read, failed=F('failed') + tally.silent + tally.refused
    )
    return tally


def _hold_of(run: RefreshRun, seconds: float) -> Hold:
    return Hold(RefreshRun.objects.filter(pk=run.pk), run.held_until or timezone.now(), seconds)


def _all_passes(run: RefreshRun, pace: Pace, concurrency: int, progress: Progress) -> Tally:
    total, tally = count_linked_families(run.connector), Tally()
    for _ in range(PASSES):
        one = _one_pass(run, pace, concurrency, lambda done: progress(done, total))
        tally = _after_another(tally, one)
        if tally.stop or not tally.silent:
            break
    return tally


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


def _summary(done: Refreshed, run: RefreshRun) -> str:
    took = timezone.now() - run.started_at
    return summarise_refresh(done.tally, families=done.families, took=took, resumed=done.resumed)
