"""Many readers of one stale list make one call: the first takes it on, the others use what there is."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from ..maelis import Deadline
from ..models import InvoiceList, Regie
from ..models.prepared import Changes, prepared_update

#: How often those who have nothing to show look whether the list has come, in seconds.
LOOK_EVERY = 0.05


def take_on(regie: Regie, family_id: str) -> bool:
    """Whether this caller must ask for that stale list: nobody else is asking for it, or just has."""
    now = timezone.now()
    stale = now - timedelta(seconds=regie.connector.fresh_for)
    until = now + timedelta(seconds=2 * regie.connector.deadline)
    if _claim(regie.pk, family_id, now, stale, until):
        return True
    InvoiceList.objects.bulk_create([InvoiceList(regie=regie, family_id=family_id)], ignore_conflicts=True)
    return bool(_claim(regie.pk, family_id, now, stale, until))


def wait_for_others(regie: Regie, family_ids: Sequence[str], deadline: Deadline) -> None:
    """Waits until lists that others are asking for were read once, or have failed, or the deadline is over.

    A list that was read before is not waited for: its copy answers.
    """
    if not family_ids:
        return
    never_read = InvoiceList.objects.filter(
        regie=regie, family_id__in=family_ids, read_at__isnull=True, reading_until__gt=timezone.now()
    )
    while not deadline.is_over and never_read.exists():
        time.sleep(LOOK_EVERY)


def let_go(regie: Regie, family_id: str) -> None:
    """It failed: the next reader may try. A list that was stored is let go by that."""
    InvoiceList.objects.filter(regie=regie, family_id=family_id).update(reading_until=None)


@prepared_update(InvoiceList)
def _claim(regie_id: int, family_id: str, now: datetime, stale: datetime, until: datetime) -> Changes:
    free = InvoiceList.objects.filter(
        Q(reading_until__isnull=True) | Q(reading_until__lte=now),
        Q(read_at__isnull=True) | Q(read_at__lte=stale),
        regie=regie_id,
        family_id=family_id,
    )
    return free, {'reading_until': until}
