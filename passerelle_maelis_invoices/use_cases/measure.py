"""Count what happens in this process, where the library for it is installed; nothing otherwise.

With PROMETHEUS_MULTIPROC_DIR set, the library keeps the counts in that folder and adds up all processes.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..maelis import ExchangeDone

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

PREFIX = 'maelis_invoices_'
#: Upper bounds in seconds: the deadlines of a read, of a PDF and of a payment are among them.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Meters:
    registry: 'CollectorRegistry'
    calls: 'Counter'
    seconds: 'Histogram'
    lists: 'Counter'


@cache
def meters() -> Meters | None:
    """This process's own; ``None`` without the extra ``[metrics]``."""
    try:
        from prometheus_client import CollectorRegistry, Counter, Histogram
    except ImportError:
        return None
    registry = CollectorRegistry()
    return Meters(
        registry,
        Counter(
            f'{PREFIX}calls',
            'Exchanges with Maelis, by outcome.',
            ['connector', 'operation', 'outcome'],
            registry=registry,
        ),
        Histogram(
            f'{PREFIX}call_seconds',
            'How long an exchange with Maelis took.',
            ['connector', 'operation'],
            buckets=BUCKETS,
            registry=registry,
        ),
        Counter(
            f'{PREFIX}lists_read',
            'Lists of invoices served, from Maelis or from the local copy.',
            ['connector', 'source'],
            registry=registry,
        ),
    )


def measure_exchange(done: ExchangeDone) -> None:
    if found := meters():
        found.calls.labels(done.connector, done.operation, done.outcome).inc()
        found.seconds.labels(done.connector, done.operation).observe(done.seconds)


def measure_list(connector: str, source: str) -> None:
    if found := meters():
        found.lists.labels(connector, source).inc()
