"""The nightly refresh of a whole city: calls that the plan makes, and the time that they take."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from benchmarks.figure import Figure
from benchmarks.ground import Ground
from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.refresh_plan import NIGHTS, Ask, KnownList, Night, plan_list
from passerelle_maelis_invoices.models import Connector, FamilyLink, Regie
from passerelle_maelis_invoices.use_cases.refresh_invoices import refresh_invoices
from passerelle_maelis_invoices.use_cases.refresh_pace import Pace

FAMILIES, REGIES = 33_500, 9
EVERY_LIST = FAMILIES * REGIES
MONDAY = date(2026, 3, 30)
#: Milliseconds that the sampled Maelis takes for each answer, and calls at once.
LATENCY, AT_ONCE = 100, 4


@dataclass(frozen=True, slots=True)
class City:
    """``linked``: the share of families with a user on the portal; ``used``: régies that bill a family."""

    linked: float
    used: int

    def __str__(self) -> str:
        return f'{self.linked:.0%} of families linked, régies of each: {self.used}'


CITIES = (City(0.4, 1), City(0.4, 2), City(1.0, 2))


def measure(ground: Ground) -> Iterator[Figure]:
    for city in CITIES:
        calls = sum(_calls(city, MONDAY + timedelta(days=rank)) for rank in range(NIGHTS)) / NIGHTS
        yield Figure(f'calls a night, {city}', calls, '', EVERY_LIST, 'every family × every régie', 0.15)
    yield from _sampled(ground)


def _calls(city: City, day: date) -> int:
    """Of one night, by the plan itself, every list having been read before."""
    night = Night(day, datetime.combine(day, datetime.min.time(), UTC))
    before = night.started_at - timedelta(days=1)
    used = KnownList(before, last_invoice=day - timedelta(days=20))
    empty = KnownList(before)
    families = [str(number) for number in range(1000, 1000 + int(FAMILIES * city.linked))]
    return sum(
        isinstance(plan_list(family, used if rank < city.used else empty, night), Ask)
        for family in families
        for rank in range(REGIES)
    )


def _sampled(ground: Ground) -> Iterator[Figure]:
    families = ground.times(50)
    with (
        Simulator(families=families) as simulator,
        simulator.fault('slow', operation='readInvoices', ms=LATENCY),
    ):
        connector = Connector.objects.create(slug='city', title='city', wsdl_url=simulator.wsdl_url)
        for code in ('007', 'SEN'):
            Regie.objects.create(connector=connector, code=code, label=code)
        FamilyLink.objects.bulk_create(
            FamilyLink(connector=connector, name_id=f'{number:032x}', family_id=str(1001 + number))
            for number in range(families)
        )
        began = time.perf_counter()
        done = refresh_invoices(
            connector=connector, pace=Pace(connector, rate=10_000), full=True, concurrency=AT_ONCE
        )
        seconds = time.perf_counter() - began
    per_list = seconds / done.tally.read
    ideal = LATENCY / 1000 / AT_ONCE
    what = f'{AT_ONCE} calls at once, Maelis in {LATENCY} ms'
    yield Figure(
        f'one list ({done.tally.read} measured), {what}',
        per_list * 1000,
        'ms',
        ideal * 1000,
        'waiting alone',
    )
    hours = per_list * EVERY_LIST / 3600
    yield Figure(f'{EVERY_LIST:_} lists, {what} (extrapolated)'.replace('_', ' '), hours, 'h')
    nightly = _calls(CITIES[1], MONDAY)
    yield Figure(
        f'a night of {nightly:_} calls, {what} (extrapolated)'.replace('_', ' '),
        per_list * nightly / 3600,
        'h',
    )
