"""Take the files of exports away: when their time is over, or when what is in them must go."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..domain.export import ExportState
from ..models import Export, Regie
from ..models.export import export_storage


def purge_exports(now: datetime) -> int:
    """Returns how many files went; their rows stay, and say who had what."""
    over = Q(expires_at__lte=now) | Q(state=ExportState.FAILED)
    return _drop(Export.objects.filter(over).exclude(file=''))


def purge_exports_about(regies: Collection[Regie], family_id: str) -> int:
    """Every file in which a family may be, and its number in the rows: for its erasure.

    What is being made meanwhile is given up.
    """
    about = Export.objects.filter(regie__in=regies, family_id__in=('', family_id))
    now = timezone.now()
    about.filter(state=ExportState.PENDING).update(
        state=ExportState.FAILED,
        ended_at=now,
        cancelled_at=now,
        error='Abandonné : un dossier famille a été effacé.',
    )
    dropped = _drop(about.exclude(file=''))
    about.filter(family_id=family_id).update(family_id='')
    return dropped


def _drop(exports: QuerySet[Export]) -> int:
    """The file first: a row that still names it is looked at again."""
    dropped = 0
    for pk, file in exports.values_list('pk', 'file'):
        export_storage().delete(file)
        dropped += Export.objects.filter(pk=pk, file=file).update(file='')
    return dropped
