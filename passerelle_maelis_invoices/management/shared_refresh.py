"""Hands a refresh to the workers of the cluster, and watches them."""

import threading
from dataclasses import dataclass

from django.apps import apps
from django.core.management.base import CommandError

from ..errors import RefreshUnderWay
from ..models import Connector
from ..use_cases.share_refresh import Progress, progress_of, share_refresh, shared_runs
from .progress import ProgressBar

#: Seconds between two looks.
LOOK_EVERY = 0.5
CLUSTER = 'procrastinate.contrib.django'


@dataclass(frozen=True, slots=True)
class End:
    """Why nobody watches any longer; ``says`` is for people."""

    finished: bool
    says: str


def begin_or_join(connector: Connector, *, full: bool) -> int:
    """The id of a run that the workers have now, or had already. Raises CommandError."""
    if not apps.is_installed(CLUSTER):
        raise CommandError(f'--spread demande {CLUSTER} parmi INSTALLED_APPS : voyez docs/cluster.md.')
    try:
        return share_refresh(connector=connector, full=full).pk
    except RefreshUnderWay as error:
        run = shared_runs().filter(connector=connector).first()
        if run is None or (full and not run.full):
            raise CommandError(f'{connector.slug} : {error}') from error
        return run.pk


def follow(run_id: int, bar: ProgressBar, stop: threading.Event) -> End:
    """Until it has ended, ``stop`` is set, or no worker sees to it."""
    seen = progress_of(run_id)
    while not seen.ended and seen.looked_after and not stop.is_set():
        bar.show(seen.done, seen.total)
        stop.wait(LOOK_EVERY)
        seen = progress_of(run_id)
    return End(seen.finished, _says(seen))


def _says(seen: Progress) -> str:
    if seen.finished:
        return seen.summary
    if seen.ended:
        return 'abandonnée, ou reprise par un seul processus.'
    if seen.looked_after:
        return 'les workers la poursuivent ; relancez la commande avec --spread pour la suivre.'
    return 'aucun worker ne s’en occupe : lancez « manage.py procrastinate worker ».'
