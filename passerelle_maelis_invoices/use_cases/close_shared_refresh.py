"""The last batch of a shared refresh closes its run, with a summary of all batches."""

import logging
from collections import Counter

from django.db.models import Sum
from django.utils import timezone

from ..domain.refresh_plan import Spared
from ..models import RefreshRun
from .open_refresh import close_run
from .refresh_families import Tally
from .summarise_refresh import summarise_refresh

logger = logging.getLogger(__name__)
SUMS = ('families', 'read', 'silent', 'refused', 'up_to_date', 'without_invoice')


def close_if_done(run: RefreshRun) -> bool:
    """Whether nothing is left to do. Of several that ask at once, one closes it."""
    if run.batches.filter(done=False).exists():
        return False
    summary = _summary(run)
    if close_run(run, summary):
        logger.info('refresh of connector %s: %s', run.connector.slug, summary)
    return True


def _summary(run: RefreshRun) -> str:
    sums = run.batches.aggregate(**{name: Sum(name, default=0) for name in SUMS})
    spared = {Spared.READ_ALREADY: sums['up_to_date'], Spared.NO_INVOICE_YET: sums['without_invoice']}
    tally = Tally(sums['read'], sums['silent'], sums['refused'], Counter(spared))
    return summarise_refresh(tally, families=sums['families'], took=timezone.now() - run.started_at)
