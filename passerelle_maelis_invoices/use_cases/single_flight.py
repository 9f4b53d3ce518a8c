"""Many readers of one stale list make one call: the first takes it on, the others use what there is."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from ..models import InvoiceList, Regie
from ..models.prepared import Changes, prepared_update

#: How often those who have nothing to show look whether the list has come, in seconds.
LOOK_EVERY = 0.05


def take_on(regie: Regie, family_ids: Sequence[str]) -> list[str]:
    """The families whose lists this caller must ask for: nobody else is, or just has."""
    return [family_id for family_id in family_ids if _take_on(regie, family_id)]


def wait_for_others(regie: Regie, family_ids: Sequence[str]) -> None:
    """Waits until lists that others are asking for were read once, or have failed, or the deadline is over.

    A list that was read before is not waited for: its copy answers.
    """
    if not family_ids:
        return
    until = time.monotonic() + regie.connector.deadline
    never_read = InvoiceList.objects.filter(
        regie=regie, family_id__in=family_ids, read_at__isnull=True, reading_until__gt=timezone.now()
    )
    while never_read.exists() and time.monotonic() < until:
        time.sleep(LOOK_EVERY)


def let_go(regie: Regie, family_ids: Sequence[str]) -> None:
    """It failed: the next reader may try. A list that was stored is let go by that."""
    if family_ids:
        InvoiceList.objects.filter(regie=regie, family_id__in=family_ids).update(reading_until=None)


def _take_on(regie: Regie, family_id: str) -> bool:
    now = timezone.now()
    stale = now - timedelta(seconds=regie.connector.fresh_for)
    until = now + timedelta(seconds=2 * regie.connector.deadline)
    if _claim(regie.pk, family_id, now, stale, until):
        return True
    InvoiceList.objects.bulk_create([InvoiceList(regie=regie, family_id=family_id)], ignore_conflicts=True)
    return bool(_claim(regie.pk, family_id, now, stale, until))


@prepared_update(InvoiceList)
def _claim(regie_id: int, family_id: str, now: datetime, stale: datetime, until: datetime) -> Changes:
    free = InvoiceList.objects.filter(
        Q(reading_until__isnull=True) | Q(reading_until__lte=now),
        Q(read_at__isnull=True) | Q(read_at__lte=stale),
        regie=regie_id,
        family_id=family_id,
    )
    return free, {'reading_until': until}
