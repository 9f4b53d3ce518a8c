"""Find out that Maelis is back even when nobody needs it: incidents must end, and their length be known.

What citizens need is ``readInvoices``: that is what is tried, for a family that we know. Maelis may well
answer ``readRegieList`` meanwhile.
"""

import random
from collections.abc import Sequence

from django.utils import timezone

from ..errors import MaelisError, MisconfiguredConnector, NeverLeft, Refused, UnusableAnswer
from ..maelis import Deadline
from ..models import Connector, FamilyLink, InvoiceList, Reachability
from .ask_maelis import Wanted, ask_maelis
from .breaker import may_call, note_answer, note_awry, note_failure
from .maelis_of import maelis_of
from .note_drift import note_drift

#: One of so many families is tried, at random: what is wrong with one of them must not last.
CHOICE = 50
REGIES = 'readRegieList'


def try_maelis_again(*, connector: Connector) -> None:
    """Does nothing unless Maelis failed lately, and it is time for a try."""
    state = Reachability.objects.filter(connector=connector, failures__gt=0).first()
    if state is None or (state.open_until and state.open_until > timezone.now()):
        return
    if known := _lists_to_try(connector, state.awry_about):
        ask_maelis(connector, [random.choice(known)])  # noqa: S311 - no secret
    else:
        _ask_for_regies(connector)


def _lists_to_try(connector: Connector, but: str) -> Sequence[Wanted]:
    """Those read before, else those of linked families; nothing of the one that Maelis has just failed."""
    read = InvoiceList.objects.filter(regie__connector=connector, regie__active=True, read_at__isnull=False)
    lists = read.exclude(family_id=but).select_related('regie__connector').order_by('-pk')[:CHOICE]
    if known := [Wanted(item.regie, item.family_id) for item in lists]:
        return known
    regie = connector.regies.filter(active=True).select_related('connector').first()
    links = FamilyLink.objects.filter(connector=connector).exclude(family_id=but).order_by('-pk')[:CHOICE]
    return [Wanted(regie, link.family_id) for link in links] if regie else []


def _ask_for_regies(connector: Connector) -> None:
    try:
        may_call(connector)
    except NeverLeft:
        return
    try:
        maelis_of(connector).read_regies(deadline=Deadline.after(connector.deadline))
    except (UnusableAnswer, MisconfiguredConnector) as error:
        note_awry(connector, REGIES, str(error))
        note_drift(connector, REGIES, [error])
    except Refused:
        note_answer(connector)
    except MaelisError as error:
        note_failure(connector, str(error))
    else:
        note_answer(connector)
