"""The families that somebody linked, in batches along an index: all are never in memory at once."""

from collections.abc import Iterator

from ..models import Connector, FamilyLink

#: Families whose lists are planned together: what is held in memory at once.
BATCH = 200


def linked_families(connector: Connector, *, batch: int = BATCH) -> Iterator[list[str]]:
    after = ''
    while found := _families_after(connector, after, batch):
        yield found
        after = found[-1]


def families_between(connector: Connector, after: str, up_to: str) -> list[str]:
    """Those of today, even if there were others when the bounds were set."""
    links = FamilyLink.objects.filter(connector=connector, family_id__gt=after, family_id__lte=up_to)
    return list(links.order_by('family_id').values_list('family_id', flat=True).distinct())


def count_linked_families(connector: Connector) -> int:
    return FamilyLink.objects.filter(connector=connector).order_by().values('family_id').distinct().count()


def _families_after(connector: Connector, after: str, batch: int) -> list[str]:
    links = FamilyLink.objects.filter(connector=connector, family_id__gt=after).order_by('family_id')
    return list(links.values_list('family_id', flat=True).distinct()[:batch])
