"""Read from Maelis the lists of the families that paid in a reconciliation's period."""

from django.db.models import QuerySet

from ..maelis import InvoicesRead
from ..models import Payment, Reconciliation
from .ask_maelis import Wanted, ask_maelis
from .balance_payments import accepted_payments
from .read_invoices import is_family_id
from .refresh_pace import Pace

#: Calls of Maelis at the same time: nobody waits for the answer.
SIDE_BY_SIDE = 4


def families_to_read(run: Reconciliation) -> QuerySet[Payment, str]:
    """In order; each once."""
    payments = accepted_payments(run.regie, run.first_day, run.last_day).exclude(family_id='')
    return payments.order_by('family_id').values_list('family_id', flat=True).distinct()


def read_accounts(run: Reconciliation, count: int) -> bool:
    """Reads the next ``count`` families and notes it in ``run``; False when there are none left.

    A family whose list cannot be had is noted as unread and not tried again: the page says so.
    """
    families = list(families_to_read(run).filter(family_id__gt=run.cursor)[:count])
    # Maelis being down, nothing is waited for: the rest is unread.
    pace = Pace(run.regie.connector, patience=0)
    for start in range(0, len(families), SIDE_BY_SIDE):
        _read(run, families[start : start + SIDE_BY_SIDE], pace)
    return bool(families)


def _read(run: Reconciliation, families: list[str], pace: Pace) -> None:
    wanted = [Wanted(run.regie, family_id) for family_id in families if is_family_id(family_id)]
    answers = {} if pace.wait(len(wanted)) else ask_maelis(run.regie.connector, wanted)
    unread = [item.family_id for item in wanted if not isinstance(answers.get(item), InvoicesRead)]
    run.unread = [*run.unread, *unread]
    run.families_read += len(families)
    run.cursor = families[-1]
