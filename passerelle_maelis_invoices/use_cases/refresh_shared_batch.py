"""One batch of a refresh that the cluster shares out, in one of its slots."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..domain.refresh_plan import Spared
from ..errors import MisconfiguredConnector
from ..models import Connector, RefreshBatch, RefreshRun
from ..settings import app_settings
from .close_shared_refresh import close_if_done
from .linked_families import families_between
from .refresh_families import Tally
from .refresh_hold import Hold, lease, nobody_has_it
from .refresh_invoices import PASSES, refresh_batch
from .refresh_pace import Pace, Stop
from .share_refresh import shared_runs

logger = logging.getLogger(__name__)
#: Seconds that a batch waits for a Maelis that is down, before it leaves its worker to others. Longer than
#: the longest pause between two tries: lists that hang are passed, and cannot hold up a batch for ever.
PATIENCE = 60.0


def refresh_shared_batch(*, run_id: int, slot: int, go_on: Callable[[], bool] = lambda: True) -> bool:
    """Whether this slot may take another one at once. A slot that is in use, or a run that is over: nothing.

    A batch that could not end goes back to the others. No transaction may be open.
    """
    run = shared_runs().filter(pk=run_id, slots__gte=slot).first()
    if run is None:
        return False
    pace, concurrency = share_of(run.connector, run.slots, go_on=go_on)
    seconds = lease(run.connector, rate=pace.rate, concurrency=concurrency)
    batch = _take(run, slot, seconds)
    if batch is None or batch.held_until is None:
        return False
    hold = Hold(RefreshBatch.objects.filter(pk=batch.pk, slot=slot), batch.held_until, seconds)
    pace.keep_to(hold.renew)
    tally = _do(run, batch, pace, concurrency)
    hold.end(slot=None, **_outcome(batch, tally))
    return not close_if_done(run) and tally.stop is None


def share_of(
    connector: Connector, slots: int, *, go_on: Callable[[], bool] = lambda: True
) -> tuple[Pace, int]:
    """The pace and the calls at once of one slot: with the others', no more than the connector's own."""
    concurrency = max(1, app_settings().REFRESH_CONCURRENCY // slots)
    pace = Pace(connector, rate=connector.refresh_rate / slots, go_on=go_on, patience=PATIENCE)
    pace.follow(concurrency)
    return pace, concurrency


def _take(run: RefreshRun, slot: int, seconds: float) -> RefreshBatch | None:
    """The slot's own that a job left when it was killed; else the first that nobody has."""
    mine = run.batches.filter(slot=slot).first()
    if mine is not None:
        return mine if _claim(mine, slot, seconds) else None
    free = run.batches.filter(nobody_has_it(timezone.now()), done=False).order_by('passes', 'number')
    try:
        while batch := free.first():
            if _claim(batch, slot, seconds):
                return batch
    except IntegrityError:
        logger.debug('slot %s of run %s was filled meanwhile', slot, run.pk)
    return None


def _claim(batch: RefreshBatch, slot: int, seconds: float) -> bool:
    """Raises IntegrityError when the slot has another batch."""
    now = timezone.now()
    batch.held_until = now + timedelta(seconds=seconds)
    free = RefreshBatch.objects.filter(nobody_has_it(now), pk=batch.pk, done=False)
    with transaction.atomic():
        return bool(free.update(slot=slot, held_until=batch.held_until))


def _do(run: RefreshRun, batch: RefreshBatch, pace: Pace, concurrency: int) -> Tally:
    family_ids = families_between(run.connector, batch.after, batch.up_to)
    try:
        return refresh_batch(run=run, family_ids=family_ids, pace=pace, concurrency=concurrency)
    except MisconfiguredConnector as error:
        logger.warning('refresh of connector %s: %s', run.connector.slug, error)
        RefreshRun.objects.filter(pk=run.pk).update(summary=str(error))
        return Tally(stop=Stop.ASKED)


def _outcome(batch: RefreshBatch, tally: Tally) -> dict[str, object]:
    """What silent lists and a new pass have to do with each other is the same as in a run of one process."""
    whole = tally.stop is None
    spared = tally.spared
    return {
        'read': F('read') + tally.read,
        'silent': tally.silent,
        'refused': tally.refused,
        'up_to_date': Coalesce(F('up_to_date'), Value(spared[Spared.READ_ALREADY])),
        'without_invoice': Coalesce(F('without_invoice'), Value(spared[Spared.NO_INVOICE_YET])),
        'passes': F('passes') + int(whole),
        'done': whole and (not tally.silent or batch.passes + 1 >= PASSES),
    }
