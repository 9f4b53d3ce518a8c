"""The worker's use cases as jobs of procrastinate, for several machines (extra ``[cluster]``).

A job carries an id and the row decides: a job that is lost, late or there twice costs nothing. Imported by
``procrastinate.contrib.django`` when that is among ``INSTALLED_APPS``, and by nobody else.
"""

# mypy: disable-error-code="untyped-decorator"
import logging
import os
import socket
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from .models import Outage, Payment
from .use_cases.beat import Pulse
from .use_cases.do_paperwork import do_paperwork
from .use_cases.look_after import look_after
from .use_cases.make_exports import make_exports
from .use_cases.open_nightly_refreshes import open_nightly_refreshes
from .use_cases.purge_exports import purge_exports
from .use_cases.refresh_shared_batch import refresh_shared_batch
from .use_cases.share_refresh import Slot, slots_to_fill
from .use_cases.work import due_payments, work_on

logger = logging.getLogger(__name__)
#: Payments; a worker may be reserved for either queue.
PAYMENTS = 'maelis'
#: Ticks: handing out due payments, alerts, housekeeping.
WATCH = 'maelis-watch'
#: Files that somebody asked for: a job of minutes, which payments must not wait for.
EXPORTS = 'maelis-exports'
#: Batches of the nightly refresh: minutes each, and nobody waits for them.
REFRESH = 'maelis-refresh'
QUEUES = (PAYMENTS, WATCH, EXPORTS, REFRESH)
#: Ticks come before payments: a backlog must not hide itself.
FIRST = 10
#: A refresh takes what payments leave.
LAST = -10
#: Due payments of each kind that one sweep hands out at most.
SWEPT = 500
#: Seconds that reconciliations get in a tick: alerts are in the same queue.
TURNS = 10.0
#: A job is kept for this long once it is over, for an administrator to see.
HOURS_KEPT = 24
_pulse = Pulse(Outage.WORKER)


@app.task(queue=PAYMENTS)
def work_on_payment(payment_id: int) -> None:
    """Tells Maelis of it, or reads it back: whatever its row says is due."""
    work_on(payment_id, actor=f'worker {socket.gethostname()}:{os.getpid()}')


@receiver(post_save, sender=Payment)
def hand_out_new_payment(*, instance: Payment, created: bool, using: str, **_: Any) -> None:
    """In the transaction that records it, which a failure here must not spoil: a sweep will find it."""
    if not created:
        return
    try:
        with transaction.atomic(using=using):
            _hand_out(instance.pk)
    except Exception:
        logger.exception('payment %s is recorded, but could not be handed out', instance.pk)


@app.periodic(cron='* * * * * */10')
@app.task(queue=WATCH, queueing_lock='maelis-sweep', priority=FIRST)
def hand_out_due_payments(timestamp: int) -> None:
    """Every due payment that is in no worker's queue: the first try, the later ones, and what a kill left."""
    waiting = set(
        ProcrastinateJob.objects.filter(queue_name=PAYMENTS, status='todo').values_list(
            'queueing_lock', flat=True
        )
    )
    for pk in due_payments(SWEPT):
        if _lock(pk) not in waiting:
            _hand_out(pk)


@app.periodic(cron='* * * * * */20')
@app.task(queue=WATCH, queueing_lock='maelis-look-after', priority=FIRST)
def look_after_connectors(timestamp: int) -> None:
    """Alerts, and whether Maelis is back."""
    look_after(_pulse.beat)


@app.periodic(cron='* * * * * */20')
@app.task(queue=WATCH, queueing_lock='maelis-paperwork')
def keep_the_books(timestamp: int) -> None:
    """The ledger, and a few turns of the reconciliations that were asked for."""
    until = monotonic() + TURNS
    do_paperwork(go_on=lambda: monotonic() < until)


@app.periodic(cron='* * * * * */10')
@app.task(queue=EXPORTS, queueing_lock='maelis-exports')
def make_exports_asked_for(timestamp: int) -> None:
    """The row of an export decides: a second job finds nothing left to make."""
    make_exports()
    purge_exports(timezone.now())


@app.periodic(cron='* * * * * */20')
@app.task(queue=WATCH, queueing_lock='maelis-refresh')
def hand_out_refreshes(timestamp: int) -> None:
    """Begins those of tonight, and fills the slots of those that are under way."""
    open_nightly_refreshes(timezone.now())
    for slot in slots_to_fill():
        _fill(slot)


@app.task(queue=REFRESH, priority=LAST, pass_context=True)
def refresh_one_batch(context: JobContext, run_id: int, connector_id: int, number: int) -> None:
    """The next batch of a run, and a job for the one after it. A worker that must stop gives its own back."""
    if refresh_shared_batch(run_id=run_id, slot=number, go_on=lambda: not context.should_abort()):
        _fill(Slot(run_id, connector_id, number))


@app.periodic(cron='* * * * *')
@app.task(queue=WATCH, queueing_lock='maelis-reap', priority=FIRST, pass_context=True)
async def reap_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs of workers that died are over; their payments are handed out again when their lease is."""
    manager = context.app.job_manager
    for queue in QUEUES:
        for job in await manager.get_stalled_jobs(queue=queue):
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron='17 * * * *')
@app.task(queue=WATCH, queueing_lock='maelis-forget', pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    for queue in QUEUES:
        await context.app.job_manager.delete_old_jobs(
            nb_hours=HOURS_KEPT, queue=queue, include_failed=True, include_aborted=True
        )


def _hand_out(payment_id: int) -> None:
    """Once in the queue is enough; the lock is free again when a worker has taken the job."""
    try:
        work_on_payment.configure(queueing_lock=_lock(payment_id)).defer(payment_id=payment_id)
    except AlreadyEnqueued:
        logger.debug('payment %s is in the queue already', payment_id)


def _fill(slot: Slot) -> None:
    """One job of a slot runs and one waits, at most. The rows see to it too, should these locks be lost."""
    name = f'maelis-refresh-{slot.connector_id}-{slot.number}'
    try:
        refresh_one_batch.configure(lock=name, queueing_lock=name).defer(**slot._asdict())
    except AlreadyEnqueued:
        logger.debug('%s is in the queue already', name)


def _lock(payment_id: int) -> str:
    return f'maelis-payment-{payment_id}'
