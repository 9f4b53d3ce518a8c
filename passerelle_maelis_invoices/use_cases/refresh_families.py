"""Refresh the lists of some families: one batch of the nightly refresh, by whichever process takes it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import F, Min

from ..domain.refresh_plan import Ask, KnownList, Night, Spared, plan_list
from ..errors import MisconfiguredConnector, Refused, UnusableAnswer
from ..maelis import InvoicesRead
from ..models import Connector, Invoice, InvoiceList, Regie
from .ask_maelis import SIDE_BY_SIDE, Answer, Wanted, ask_maelis
from .refresh_pace import Pace, Stop

ListKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the lists. ``silent``: another try may succeed; ``refused``: it will not."""

    read: int = 0
    silent: int = 0
    refused: int = 0
    spared: Counter[Spared] = field(default_factory=Counter)
    #: Why it ended early.
    stop: Stop | None = None

    def __add__(self, other: 'Tally') -> 'Tally':
        return Tally(
            self.read + other.read,
            self.silent + other.silent,
            self.refused + other.refused,
            self.spared + other.spared,
            other.stop or self.stop,
        )


def refresh_families(
    *, connector: Connector, family_ids: Sequence[str], night: Night, pace: Pace, concurrency: int
) -> Tally:
    """What was read since the night began is spared: a batch that was killed is simply run again.

    At most ``concurrency`` calls at once; no transaction may be open. Raises MisconfiguredConnector.
    """
    wanted, spared = _plan(connector, family_ids, night)
    tally = Tally(spared=spared)
    for group in _groups(wanted, min(concurrency, SIDE_BY_SIDE)):
        if stop := pace.wait(len(group)):
            return replace(tally, stop=stop)
        done = _tally(ask_maelis(connector, group).values())
        if done.read or done.refused:
            pace.answered()
        tally += done
    return tally


def _plan(
    connector: Connector, family_ids: Sequence[str], night: Night
) -> tuple[list[Wanted], Counter[Spared]]:
    regies = list(connector.regies.filter(active=True).select_related('connector'))
    known = _known(regies, family_ids)
    wanted: list[Wanted] = []
    spared: Counter[Spared] = Counter()
    for family_id in family_ids:
        for regie in regies:
            match plan_list(family_id, known.get((regie.pk, family_id)), night):
                case Ask(since):
                    wanted.append(Wanted(regie, family_id, since))
                case Spared() as reason:
                    spared[reason] += 1
    return wanted, spared


def _known(regies: Sequence[Regie], family_ids: Sequence[str]) -> dict[ListKey, KnownList]:
    lists = InvoiceList.objects.filter(regie__in=regies, family_id__in=family_ids)
    unpaid = _oldest_unpaid(regies, family_ids)
    return {
        (regie_id, family_id): KnownList(read_at, last_invoice, unpaid.get((regie_id, family_id)))
        for regie_id, family_id, read_at, last_invoice in lists.values_list(
            'regie_id', 'family_id', 'read_at', 'last_invoice_date'
        )
    }


def _oldest_unpaid(regies: Sequence[Regie], family_ids: Sequence[str]) -> dict[ListKey, date]:
    unpaid = Invoice.objects.filter(
        regie__in=regies, family_id__in=family_ids, vanished_at__isnull=True, total__gt=F('paid')
    )
    oldest = unpaid.order_by().values_list('regie_id', 'family_id').annotate(oldest=Min('invoice_date'))
    return {(regie_id, family_id): day for regie_id, family_id, day in oldest}


def _groups(wanted: Sequence[Wanted], size: int) -> Iterator[Sequence[Wanted]]:
    return (wanted[start : start + size] for start in range(0, len(wanted), size))


def _tally(answers: Iterable[Answer]) -> Tally:
    counted = Counter(_outcome(answer) for answer in answers)
    return Tally(counted['read'], counted['silent'], counted['refused'])


def _outcome(answer: Answer) -> str:
    match answer:
        case InvoicesRead():
            return 'read'
        case Refused() | UnusableAnswer():
            return 'refused'
        case MisconfiguredConnector():
            raise answer
    return 'silent'
