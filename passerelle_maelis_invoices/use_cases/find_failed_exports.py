"""Exports that could not be made, as incidents: somebody waits for them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..domain.export import ExportState
from ..domain.french import moment
from ..domain.incident import Incident, IncidentKind
from ..models import Connector, Export

#: How long a failed export is news.
NEWS_FOR = timedelta(days=1)


def find_failed_exports(*, connector: Connector, now: datetime) -> Iterator[Incident]:
    """One incident for each; none for those that somebody gave up."""
    failed = Export.objects.filter(
        regie__connector=connector,
        state=ExportState.FAILED,
        cancelled_at__isnull=True,
        ended_at__gt=now - NEWS_FOR,
    )
    for export in failed.select_related('regie').order_by('pk'):
        yield Incident(
            IncidentKind.EXPORT_FAILED,
            f'L’export n° {export.pk} ({export}) de la régie « {export.regie} », demandé le '
            f'{moment(export.requested_at)} par {export.requested_by}, n’a pas pu être fait. {export.error}',
            subject=str(export.pk),
        )
