"""What the long run tries, how much of it, and in portions of which size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.postgresql import PostgreSQL
from tests.promises.alarms import fault_runs
from tests.promises.crashed_databases import crash_databases
from tests.promises.differences import find_differences
from tests.promises.documents import pass_documents
from tests.promises.erasures import erase_families
from tests.promises.faithful_readers import read_faithfully
from tests.promises.figures import Figures
from tests.promises.forgeries import forge
from tests.promises.frozen_workers import freeze_workers
from tests.promises.hostile_reads import read_from_a_hostile_maelis
from tests.promises.killed_servers import kill_servers, stop_databases
from tests.promises.odd_notifications import notify_of_everything
from tests.promises.outages import outage
from tests.promises.prying import pry
from tests.promises.races import deliver_one_payment_twice, notify_again_and_again, pay_one_invoice_twice
from tests.promises.restores import restore
from tests.promises.schedules import keep_to_the_schedule
from tests.promises.stage import Stage
from tests.promises.storm import storm
from tests.promises.to_the_cent import to_the_cent
from tests.torture.ground import Ground

Scenario = Callable[..., Figures]


@dataclass(frozen=True)
class Part:
    """`unit` is what its size counts, and the scenario's argument for it; `fixed` are further arguments."""

    name: str
    scenario: Scenario
    unit: str
    full: int
    portion: int
    fixed: dict[str, Any] = field(default_factory=dict)
    #: It crashes the database: only a server can be.
    crashes: bool = False

    def run(self, ground: Ground, size: int, seed: int) -> Figures:
        server = {'database': ground.server} if self.crashes else {}
        return self.scenario(ground.stage(), number=seed, **{self.unit: size}, **self.fixed, **server)


def parts_on(database: str) -> list[Part]:
    return [part for part in PARTS if database == 'postgresql' or not part.crashes]


def _storm(stage: Stage, *, payments: int, number: int) -> Figures:
    """A fifth of the answers are lost, and a worker dies for every 25 payments."""
    kills = max(1, payments // 25)
    return storm(stage, payments=payments, faults=payments // 5, kills=kills, number=number)


def _crash(stage: Stage, *, database: PostgreSQL, payments: int, number: int) -> Figures:
    stops = max(1, payments // 15)
    return crash_databases(stage, database, payments=payments, stops=stops, number=number)


def _freeze(stage: Stage, *, freezes: int, number: int) -> Figures:
    """Every other time nobody takes over."""
    return freeze_workers(stage, freezes=freezes, number=number, takeover=number % 2 == 0)


PARTS = (
    Part('P1', read_faithfully, 'examples', 20_000, 50, {'steps': 60}),
    Part('P1b', kill_servers, 'kills', 2_000, 50),
    Part('P1b stops', stop_databases, 'stops', 200, 10, crashes=True),
    Part('P2', _storm, 'payments', 50_000, 1_000),
    Part('P2 stops', _crash, 'payments', 3_000, 60, crashes=True),
    Part('P3', read_from_a_hostile_maelis, 'reads', 10_000, 400),
    Part('P4', pry, 'requests', 100_000, 2_000),
    Part('P5', notify_again_and_again, 'notifications', 10_000, 1_000, {'ways': 64}),
    Part('P6', notify_of_everything, 'tables', 20, 2),
    Part('P7', pay_one_invoice_twice, 'races', 5_000, 100),
    Part('P8', to_the_cent, 'total', 1_000_000, 10_000),
    Part('P9', deliver_one_payment_twice, 'races', 10_000, 200),
    Part('P10', outage, 'payments', 10_000, 1_000),
    Part('P11', keep_to_the_schedule, 'payments', 300, 12),
    Part('P12', _freeze, 'freezes', 500, 5),
    Part('P14', forge, 'queries', 10_000, 2_000),
    Part('P16', pass_documents, 'documents', 500, 100),
    Part('P18', erase_families, 'times', 50, 5),
    Part('P19', restore, 'times', 50, 5),
    Part('P20', find_differences, 'accounts', 100_000, 100_000),
    Part('P21', fault_runs, 'runs', 50, 10),
)
