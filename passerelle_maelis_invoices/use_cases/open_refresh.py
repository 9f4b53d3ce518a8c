"""One refresh of a connector at a time: begun, gone on with, or refused because somebody is at it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..domain.french import duration, moment
from ..errors import RefreshUnderWay
from ..models import Connector, RefreshRun
from ..settings import app_settings
from .refresh_hold import nobody_has_it

#: A run that did not end is gone on with until it is this old.
GO_ON_WITHIN = timedelta(hours=20)


def open_run(connector: Connector, *, full: bool, afresh: bool = False) -> tuple[RefreshRun, bool]:
    """The run to do, ours for one lease, and whether it was begun before. Raises RefreshUnderWay.

    One that nobody sees to is gone on with, unless it is too old, asks for less, or ``afresh`` is wanted.
    """
    begun = open_runs().filter(connector=connector).first()
    if begun is None:
        return _begin(connector, full), False
    now = timezone.now()
    if not unattended(now).filter(pk=begun.pk).exists():
        raise RefreshUnderWay(_who_is_at_it(begun, now))
    if afresh or begun.started_at <= now - GO_ON_WITHIN or (full and not begun.full):
        abandon_run(begun)
        return _begin(connector, full), False
    return _take_over(begun, now), True


def open_runs() -> QuerySet[RefreshRun]:
    return RefreshRun.objects.filter(finished_at__isnull=True, abandoned_at__isnull=True)


def unattended(now: datetime) -> QuerySet[RefreshRun]:
    """Open ones that no process does, no cluster sees to, and no batch of which is in hand."""
    return open_runs().filter(nobody_has_it(now)).exclude(batches__held_until__gt=now)


def close_run(run: RefreshRun, summary: str = '') -> bool:
    """Whether this call is the one that closed it."""
    return _end(run, open_runs(), finished_at=timezone.now(), summary=summary)


def abandon_run(run: RefreshRun) -> bool:
    """Only one that nobody sees to."""
    now = timezone.now()
    return _end(run, unattended(now), abandoned_at=now)


def give_up_run(run: RefreshRun) -> bool:
    """Whoever has a batch of it finds out before its next call."""
    return _end(run, open_runs(), abandoned_at=timezone.now())


def _begin(connector: Connector, full: bool) -> RefreshRun:
    now = timezone.now()
    try:
        with transaction.atomic():
            return RefreshRun.objects.create(
                connector=connector, full=full, started_at=now, held_until=_one_lease(now)
            )
    except IntegrityError as error:
        raise RefreshUnderWay from error


def _take_over(begun: RefreshRun, now: datetime) -> RefreshRun:
    """Whatever it was before, it is one process's own now: jobs that still have a batch of it lose it."""
    until = _one_lease(now)
    with transaction.atomic():
        if not unattended(now).filter(pk=begun.pk).update(held_until=until, slots=0):
            raise RefreshUnderWay
        begun.batches.all().delete()
    begun.held_until, begun.slots = until, 0
    return begun


def _end(run: RefreshRun, among: QuerySet[RefreshRun], **columns: object) -> bool:
    with transaction.atomic():
        ended = bool(among.filter(pk=run.pk).update(held_until=None, **columns))
        if ended:
            run.batches.all().delete()
    return ended


def _one_lease(now: datetime) -> datetime:
    return now + timedelta(seconds=app_settings().REFRESH_LEASE)


def _who_is_at_it(run: RefreshRun, now: datetime) -> str:
    began = f'une actualisation commencée le {moment(run.started_at)} est déjà en cours'
    if run.slots:
        batches = run.batches.count()
        done = run.batches.filter(done=True).count()
        return f'{began}, partagée entre les workers : {done} lots faits sur {batches} ; --spread la suit'
    left = duration((run.held_until or now) - now + timedelta(seconds=1))
    return f'{began} ; si son processus a été tué, relancez la commande dans {left}'
