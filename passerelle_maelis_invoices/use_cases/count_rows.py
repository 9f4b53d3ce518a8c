"""What the tables say of some connectors, as figures: true of the whole site, whichever process is asked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min
from django.utils import timezone

from ..domain.payment_states import State
from ..models import Alert, Connector, NotedDrift, Payment, Reachability, RefreshRun, Regie
from .check_connector import ON_THE_WAY

Slugs = dict[int, str]
Values = dict[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """``labels`` beside the connector's, in the order of ``values``: the connector, then theirs."""

    name: str
    says: str
    labels: tuple[str, ...]
    values: Values


def count_rows(connectors: Sequence[Connector]) -> Iterator[Figure]:
    """A fixed number of queries, each along an index or on a small table."""
    slugs = {connector.pk: connector.slug for connector in connectors}
    yield _breaker(slugs)
    yield _oldest_unsent(slugs)
    yield _payments(slugs)
    yield _drifts(slugs)
    yield _open_alerts(slugs)
    yield _last_refresh(slugs)


def _breaker(slugs: Slugs) -> Figure:
    open_now = Reachability.objects.filter(connector__in=slugs, open_until__isnull=False)
    down = set(open_now.values_list('connector_id', flat=True))
    values: Values = {(slug,): float(pk in down) for pk, slug in slugs.items()}
    return Figure('breaker_open', '1 while Maelis is known to be down.', (), values)


def _oldest_unsent(slugs: Slugs) -> Figure:
    """A payment held back for a person is not late: ``open_alerts`` tells of it."""
    waiting = Payment.objects.filter(
        regie__connector__in=slugs, state__in=[state.value for state in ON_THE_WAY], attention=''
    )
    oldest = dict(
        waiting.order_by()
        .values_list('regie__connector')
        .annotate(oldest=Min('received_at'))
        .values_list('regie__connector', 'oldest')
    )
    now = timezone.now()
    values: Values = {
        (slug,): (now - oldest[pk]).total_seconds() if pk in oldest else 0.0 for pk, slug in slugs.items()
    }
    return Figure(
        'oldest_unsent_payment_seconds', 'Age of the oldest payment on its way to Maelis.', (), values
    )


def _payments(slugs: Slugs) -> Figure:
    """By régie first, as the index is laid: the rows themselves are not read."""
    connector_of = dict(Regie.objects.filter(connector__in=slugs).values_list('pk', 'connector_id'))
    counts: Counter[tuple[str, ...]] = Counter(
        {(slug, state.value): 0 for slug in slugs.values() for state in State}
    )
    rows = Payment.objects.filter(regie__in=connector_of).order_by().values_list('regie_id', 'state')
    for regie_id, state, count in rows.annotate(count=Count('pk')):
        counts[slugs[connector_of[regie_id]], state] += count
    return Figure('payments', 'Payments, by state.', ('state',), dict(counts))


def _drifts(slugs: Slugs) -> Figure:
    noted = NotedDrift.objects.filter(connector__in=slugs).order_by().values_list('connector_id', 'what')
    counts: Values = {(slug, what): 0 for slug in slugs.values() for what, _ in NotedDrift.WHAT}
    counts |= {(slugs[pk], what): count for pk, what, count in noted.annotate(count=Count('pk'))}
    return Figure('drifts', 'Kinds of surprise in Maelis’s answers.', ('what',), counts)


def _open_alerts(slugs: Slugs) -> Figure:
    alerts = Alert.objects.filter(connector__in=slugs, closed_at__isnull=True).order_by()
    counts = dict(alerts.values_list('connector_id').annotate(count=Count('pk')))
    values: Values = {(slug,): float(counts.get(pk, 0)) for pk, slug in slugs.items()}
    return Figure('open_alerts', 'Alerts that are not over.', (), values)


def _last_refresh(slugs: Slugs) -> Figure:
    runs = RefreshRun.objects.filter(connector__in=slugs, finished_at__isnull=False).order_by()
    ended = dict(runs.values_list('connector_id').annotate(last=Max('finished_at')))
    values: Values = {(slugs[pk],): last.timestamp() for pk, last in ended.items()}
    return Figure('refresh_finished_timestamp_seconds', 'When the last refresh ended.', (), values)
