"""Ask for an export: a worker makes it. Or give it up."""

from datetime import date

from django.utils import timezone

from ..domain.export import ExportFormat, ExportKind, ExportState, formats_of
from ..errors import BadRequest
from ..models import Export, Reconciliation, Regie


def request_export(
    *,
    regie: Regie,
    kind: ExportKind,
    format: ExportFormat,
    requested_by: str,
    first_day: date | None = None,
    last_day: date | None = None,
    family_id: str = '',
    reconciliation: Reconciliation | None = None,
) -> Export:
    """Raises BadRequest for what could only fail.

    Without ``reconciliation``, an export of one is of the régie's last one within the days.
    """
    check_export(kind=kind, format=format, first_day=first_day, last_day=last_day)
    if kind is ExportKind.RECONCILIATION and reconciliation is None:
        reconciliation = last_reconciliation(regie, first_day, last_day)
    return Export.objects.create(
        regie=regie,
        kind=kind,
        format=format,
        first_day=first_day,
        last_day=last_day,
        family_id=family_id,
        reconciliation=reconciliation,
        requested_by=requested_by,
        requested_at=timezone.now(),
    )


def check_export(
    *, kind: ExportKind, format: ExportFormat, first_day: date | None, last_day: date | None
) -> None:
    """Raises BadRequest when these do not go together."""
    if format not in formats_of(kind):
        raise BadRequest('Ce format n’est que pour les factures et les avoirs.')
    if first_day is not None and last_day is not None and first_day > last_day:
        raise BadRequest('La période finit avant de commencer.')


def last_reconciliation(regie: Regie, first_day: date | None, last_day: date | None) -> Reconciliation:
    """Raises BadRequest when there is none that is finished."""
    finished = Reconciliation.objects.filter(regie=regie, finished_at__isnull=False, error='')
    if first_day is not None:
        finished = finished.filter(first_day__gte=first_day)
    if last_day is not None:
        finished = finished.filter(last_day__lte=last_day)
    last = finished.order_by('-finished_at').first()
    if last is None:
        raise BadRequest(
            'Aucun rapprochement terminé de cette régie dans cette période : faites-en un d’abord.'
        )
    return last


def cancel_export(export: Export, *, actor: str) -> None:
    """The worker that is making it stops within seconds; raises BadRequest once it is made or failed."""
    now = timezone.now()
    pending = Export.objects.filter(pk=export.pk, state=ExportState.PENDING)
    gone = pending.update(
        state=ExportState.FAILED, cancelled_at=now, ended_at=now, error=f'Abandonné par {actor}.'
    )
    if not gone:
        raise BadRequest('Cet export n’est plus en attente.')
