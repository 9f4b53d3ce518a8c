"""Ask Maelis for lists of invoices, several side by side, and keep what it says."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from ..domain.paris import start_of_day
from ..errors import (
    ConnectorError,
    MaelisError,
    MisconfiguredConnector,
    NeverLeft,
    UnusableAnswer,
)
from ..maelis import Deadline, InvoicesRead, MaelisClient
from ..models import Connector, InvoiceList, Regie
from .breaker import may_call
from .maelis_of import maelis_of
from .note_drift import note_drift
from .note_health import note_health
from .store_invoices import store_invoices

#: Lists that one call of ours asks for at the same time.
SIDE_BY_SIDE = 8
#: A list that fails again and again is written down this often, not at each reading.
NOTE_FAILURES_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One list: a family in a régie; only invoices dated ``since`` or later, unless it is ``None``."""

    regie: Regie
    family_id: str
    since: date | None = None


Answer = InvoicesRead | ConnectorError


def ask_maelis(
    connector: Connector, wanted: Sequence[Wanted], *, deadline: Deadline | None = None
) -> dict[Wanted, Answer]:
    """Asks for every list within one deadline and stores the answers; a failure is returned in its place.

    The deadline is the connector's, from now on, unless the caller has been at it for a while already.
    No transaction may be open: the network is waited for here.
    """
    if not wanted:
        return {}
    asked_at = timezone.now()
    try:
        may_call(connector)
    except NeverLeft as error:
        return {item: _keep(item, error, asked_at) for item in wanted}
    found = _ask_all(connector, wanted, deadline or Deadline.after(connector.deadline))
    answers = {item: _keep(item, answer, asked_at) for item, answer in found.items()}
    note_health(connector, [(item.family_id, answer) for item, answer in answers.items()])
    note_drift(connector, 'readInvoices', answers.values())
    return answers


def ask_maelis_for_one(wanted: Wanted) -> InvoicesRead:
    """The same for one list; raises MaelisError or MisconfiguredConnector."""
    answer = ask_maelis(wanted.regie.connector, [wanted])[wanted]
    if isinstance(answer, ConnectorError):
        raise answer
    return answer


def _ask_all(connector: Connector, wanted: Sequence[Wanted], deadline: Deadline) -> dict[Wanted, Answer]:
    try:
        client = maelis_of(connector)
    except ConnectorError as error:
        return dict.fromkeys(wanted, error)
    if len(wanted) == 1:
        return {wanted[0]: _ask(client, wanted[0], deadline)}
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix='maelis') as pool:
        return dict(zip(wanted, pool.map(lambda item: _ask(client, item, deadline), wanted), strict=True))


def _ask(client: MaelisClient, wanted: Wanted, deadline: Deadline) -> Answer:
    try:
        return client.read_invoices(
            family_id=wanted.family_id,
            regie_code=wanted.regie.code,
            deadline=deadline,
            since=None if wanted.since is None else start_of_day(wanted.since),
        )
    except (MaelisError, MisconfiguredConnector) as error:
        return error


def _keep(wanted: Wanted, answer: Answer, asked_at: datetime) -> Answer:
    """An answer that cannot follow what we hold is a failure like others."""
    try:
        if isinstance(answer, InvoicesRead):
            store_invoices(
                regie=wanted.regie,
                family_id=wanted.family_id,
                read=answer.invoices,
                asked_at=asked_at,
                whole=wanted.since is None,
            )
            return answer
    except UnusableAnswer as error:
        answer = error
    _note_failure(wanted, answer, asked_at)
    return answer


def _note_failure(wanted: Wanted, error: ConnectorError, at: datetime) -> None:
    mine = {'regie': wanted.regie, 'family_id': wanted.family_id}
    if InvoiceList.objects.filter(**mine, failed_at__gt=at - NOTE_FAILURES_EVERY).exists():
        return
    noted = {'failed_at': at, 'last_error': str(error)}
    if not InvoiceList.objects.filter(**mine).update(**noted):
        InvoiceList.objects.bulk_create([InvoiceList(**mine, **noted)], ignore_conflicts=True)
