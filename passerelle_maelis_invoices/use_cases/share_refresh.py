"""Share a connector's refresh out among the workers of the cluster: batches of families, a few at once.

The rows decide. What a job of the cluster carries is the number of a run and of one of its slots.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from ..models import Connector, RefreshBatch, RefreshRun
from ..settings import app_settings
from .breaker import known_down
from .close_shared_refresh import close_if_done
from .linked_families import BATCH, linked_families
from .open_refresh import GO_ON_WITHIN, give_up_run, open_run, open_runs, unattended

#: How long a shared run stays the cluster's when none of its workers ticks; then a command may take it.
LOOKED_AFTER = timedelta(minutes=5)
#: Seconds that a batch takes when all its lists are asked for, and Maelis answers in time.
LONGEST_BATCH = 180


class Slot(NamedTuple):
    """A place for one batch at a time."""

    run_id: int
    connector_id: int
    number: int


@dataclass(frozen=True, slots=True)
class Progress:
    """In families."""

    done: int
    total: int
    #: Whether some worker of the cluster sees to it.
    looked_after: bool
    ended: bool
    #: It ended with all of it done.
    finished: bool
    summary: str


def share_refresh(*, connector: Connector, full: bool = False, afresh: bool = False) -> RefreshRun:
    """Its batches wait for workers from then on. Raises RefreshUnderWay."""
    with transaction.atomic():
        run, _ = open_run(connector, full=full, afresh=afresh)
        run.slots = app_settings().REFRESH_SLOTS
        run.held_until = timezone.now() + LOOKED_AFTER
        run.save(update_fields=['slots', 'held_until'])
        RefreshBatch.objects.bulk_create(_batches(run))
    close_if_done(run)
    return run


def slots_to_fill() -> Iterator[Slot]:
    """Called again and again: keeps runs the cluster's, ends those that are over, names slots in use."""
    for run in shared_runs():
        if _look_after(run) and not known_down(run.connector):
            left = run.batches.filter(done=False).count()
            for number in range(1, min(run.slots, left) + 1):
                yield Slot(run.pk, run.connector_id, number)


def shared_runs() -> QuerySet[RefreshRun]:
    return open_runs().filter(slots__gt=0).select_related('connector')


def progress_of(run_id: int) -> Progress:
    run = RefreshRun.objects.get(pk=run_id)
    counted = run.batches.aggregate(total=Sum('families'), done=Sum('families', filter=Q(done=True)))
    return Progress(
        done=counted['done'] or 0,
        total=counted['total'] or 0,
        looked_after=not unattended(timezone.now()).filter(pk=run_id).exists(),
        ended=bool(run.finished_at or run.abandoned_at or not run.slots),
        finished=run.finished_at is not None,
        summary=run.summary,
    )


def families_a_batch(run: RefreshRun) -> int:
    """At the pace of one slot, a batch is over in a few minutes: its worker has other things to do."""
    lists = run.connector.refresh_rate / run.slots * LONGEST_BATCH
    regies = run.connector.regies.filter(active=True).count()
    return max(1, min(BATCH, int(lists / max(1, regies))))


def _batches(run: RefreshRun) -> Iterator[RefreshBatch]:
    after, found = '', linked_families(run.connector, batch=families_a_batch(run))
    for number, family_ids in enumerate(found, start=1):
        yield RefreshBatch(
            run=run, number=number, after=after, up_to=family_ids[-1], families=len(family_ids)
        )
        after = family_ids[-1]


def _look_after(run: RefreshRun) -> bool:
    """Whether there is something left to do."""
    now = timezone.now()
    if run.started_at <= now - GO_ON_WITHIN:
        give_up_run(run)
        return False
    open_runs().filter(pk=run.pk, slots__gt=0).update(held_until=now + LOOKED_AFTER)
    return not close_if_done(run)
