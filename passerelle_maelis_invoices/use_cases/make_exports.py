"""Make the exports that were asked for: claim one, write its file, say that it is there.

Like payments, an export is claimed by one conditional UPDATE with a lease. ``tries`` counts the claims, and
every later write is fenced by it: a worker that lost its lease, or whose export was cancelled, writes
nothing more.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from time import monotonic

from django.core.files import File
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from ..domain.export import ExportFormat, ExportKind, ExportState
from ..errors import ConnectorError
from ..models import Export
from ..models.export import export_storage
from ..settings import app_settings
from .export_scope import Scope
from .write_export import write_export

logger = logging.getLogger(__name__)
MOST_TRIES = 3
PAUSES = (timedelta(minutes=1), timedelta(minutes=5))
#: Renewed with the progress, which is written this often; the end of a big file says nothing for a while.
LEASE = timedelta(minutes=10)
TELL_EVERY = 1.0  # seconds

GoOn = Callable[[], bool]


class Interrupted(ConnectorError):
    """The worker is told to stop: another one, or the same later, makes the export."""


class NoLongerOurs(ConnectorError):
    """It was cancelled, or another worker took it for abandoned."""


def make_exports(*, go_on: GoOn = lambda: True) -> int:
    """Every export that is due; returns how many were looked at. No transaction may be open."""
    made = 0
    while go_on() and (export := _claim_next(timezone.now())) is not None:
        _make(export, go_on)
        made += 1
    return made


def _claim_next(now: datetime) -> Export | None:
    for export in Export.objects.due(now).select_related('regie__connector', 'reconciliation'):
        if export.tries >= MOST_TRIES:
            _fail(export, 'Le transmetteur s’est arrêté trois fois pendant cet export.', now)
        elif _claim(export, now):
            return export
    return None


def _claim(export: Export, now: datetime) -> bool:
    if export.file:
        export_storage().delete(export.file)
    name = export.new_file_name()
    lease = now + LEASE
    if not _write(export, tries=export.tries + 1, lease_until=lease, file=name, done=0, total=0):
        return False
    export.tries += 1
    export.file = name
    return True


def _write(export: Export, **columns: object) -> bool:
    """False when the export is not ours any more."""
    ours = Export.objects.filter(pk=export.pk, state=ExportState.PENDING, tries=export.tries)
    return bool(ours.update(**columns))


def _make(export: Export, go_on: GoOn) -> None:
    try:
        count, size = _write_file(export, go_on)
        _created(export, count, size)
    except Interrupted:
        _drop_file(export)
        _write(export, tries=export.tries - 1, lease_until=None)
    except NoLongerOurs:
        _drop_file(export)
        logger.info('export %s: cancelled or taken over', export.pk)
    except Exception as error:
        _drop_file(export)
        logger.warning('export %s: try %s failed', export.pk, export.tries, exc_info=True)
        if isinstance(error, DatabaseError):
            close_old_connections()
        _tried(export, _words(error), timezone.now())


def _write_file(export: Export, go_on: GoOn) -> tuple[int, int]:
    with TemporaryFile() as file:
        count = write_export(scope_of(export), file, progress=_Teller(export, go_on))
        size = file.tell()
        file.seek(0)
        name = export_storage().save(export.file, File(file))
    if name != export.file:
        raise FileExistsError(name)
    return count, size


def scope_of(export: Export) -> Scope:
    return Scope(
        regie=export.regie,
        kind=ExportKind(export.kind),
        format=ExportFormat(export.format),
        first_day=export.first_day,
        last_day=export.last_day,
        family_id=export.family_id,
        reconciliation=export.reconciliation,
    )


class _Teller:
    """Writes the progress down now and then, which renews the lease; raises to stop the writing."""

    def __init__(self, export: Export, go_on: GoOn) -> None:
        self._export, self._go_on = export, go_on
        self._told = float('-inf')

    def __call__(self, done: int, total: int) -> None:
        if monotonic() - self._told < TELL_EVERY:
            return
        self._told = monotonic()
        if not self._go_on():
            raise Interrupted
        lease = timezone.now() + LEASE
        if not _write(self._export, done=done, total=total, lease_until=lease):
            raise NoLongerOurs


def _created(export: Export, count: int, size: int) -> None:
    now = timezone.now()
    ours = _write(
        export,
        state=ExportState.CREATED,
        done=count,
        total=count,
        size=size,
        ended_at=now,
        expires_at=now + timedelta(days=app_settings().EXPORT_DAYS),
        lease_until=None,
        error='',
    )
    if not ours:
        raise NoLongerOurs


def _tried(export: Export, error: str, now: datetime) -> None:
    if export.tries >= MOST_TRIES:
        _fail(export, error, now)
    else:
        pause = PAUSES[export.tries - 1]
        _write(export, error=error, lease_until=None, next_attempt_at=now + pause)


def _fail(export: Export, error: str, now: datetime) -> None:
    _write(export, state=ExportState.FAILED, error=error, ended_at=now, lease_until=None)


def _drop_file(export: Export) -> None:
    try:
        export_storage().delete(export.file)
    except OSError:
        logger.warning('export %s: its file could not be deleted', export.pk, exc_info=True)


def _words(error: Exception) -> str:
    """For whoever asked; the log has the rest."""
    if isinstance(error, ConnectorError):
        return str(error)
    if isinstance(error, OSError):
        return f'Le fichier n’a pas pu être écrit ({error.strerror or type(error).__name__}).'
    return f'Erreur inattendue ({type(error).__name__}) ; le journal du transmetteur en dit plus.'
