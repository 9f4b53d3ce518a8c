"""Who does a refresh, or a batch of one: whoever has its row, for as long as it gives signs of life.

No lock is held while Maelis is waited for; whoever was too slow finds out before its next group of calls.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import Connector
from ..settings import app_settings


@dataclass
class Hold:
    """``rows`` is one row with a column ``held_until``; ``until`` is what we wrote there: our token."""

    rows: QuerySet[Any]
    until: datetime
    #: How long each sign of life is good for.
    seconds: float

    def renew(self) -> bool:
        """Whether it is still ours; asked before each group of calls."""
        until = timezone.now() + timedelta(seconds=self.seconds)
        if not self.rows.filter(held_until=self.until).update(held_until=until):
            return False
        self.until = until
        return True

    def end(self, **columns: Any) -> bool:
        """Lets go, and writes what came of it, in one step; nothing when it is no longer ours."""
        return bool(self.rows.filter(held_until=self.until).update(held_until=None, **columns))


def nobody_has_it(now: datetime) -> Q:
    return Q(held_until__isnull=True) | Q(held_until__lte=now)


def lease(connector: Connector, *, rate: float, concurrency: int) -> float:
    """Seconds: a sign of life comes once in a group of calls, which wait for their turn and for an answer."""
    return app_settings().REFRESH_LEASE + connector.deadline + concurrency / rate
