import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.models import Connector, Heartbeat, Outage, Reachability
from passerelle_maelis_invoices.use_cases import beat
from passerelle_maelis_invoices.use_cases.beat import Pulse
from passerelle_maelis_invoices.use_cases.check_connector import Check, Level, Status, connector_status
from passerelle_maelis_invoices.use_cases.list_outages import list_outages, outages_in_words
from tests.builders import a_connector
from tests.endpoints.conftest import Portal
from tests.endpoints.conftest import portal as portal
from tests.endpoints.conftest import regie as regie
from tests.site import Site

NOW = datetime.fromisoformat('2026-03-02T10:00:00+01:00')
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock(db: None) -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def beat_for(clock: Any, length: timedelta, *pulses: Pulse) -> None:
    for _ in range(int(length / beat.BEAT)):
        clock.shift(beat.BEAT)
        for pulse in pulses:
            pulse.beat()


def outages() -> list[tuple[str, timedelta]]:
    return [(outage.who, outage.ended_at - outage.began_at) for outage in Outage.objects.order_by('began_at')]


def an_outage(who: str = Outage.CONNECTOR, *, ago: timedelta, length: timedelta, **columns: Any) -> Outage:
    began = timezone.now() - ago
    return Outage.objects.create(who=who, began_at=began, ended_at=began + length, **columns)


def test_a_process_that_lives_has_no_outage(clock: Any) -> None:
    beat_for(clock, 10 * MINUTE, Pulse('worker'))
    assert outages() == []


def test_the_silence_before_a_start_is_an_outage(clock: Any) -> None:
    beat_for(clock, MINUTE, Pulse('worker'))
    clock.shift(30 * MINUTE)
    beat_for(clock, MINUTE, Pulse('worker'))
    assert outages() == [('worker', 30 * MINUTE)]


def test_a_quick_restart_is_no_outage(clock: Any) -> None:
    beat_for(clock, MINUTE, Pulse('connector'))
    clock.shift(MINUTE)
    beat_for(clock, MINUTE, Pulse('connector'))
    assert outages() == []


def test_an_outage_ends_when_the_server_starts_not_with_its_first_request(clock: Any) -> None:
    beat_for(clock, MINUTE, Pulse('connector'))
    clock.shift(MINUTE)
    started_at = timezone.now()
    clock.shift(timedelta(hours=6))
    beat_for(clock, MINUTE, Pulse('connector', alive_since=started_at))
    assert outages() == []


def test_as_long_as_one_process_of_a_kind_lives_there_is_no_outage(clock: Any) -> None:
    other = Pulse('worker')
    beat_for(clock, 10 * MINUTE, other)
    beat_for(clock, MINUTE, other, Pulse('worker'))
    assert outages() == []


def test_two_processes_that_start_together_write_one_outage(clock: Any) -> None:
    beat_for(clock, MINUTE, Pulse('worker'))
    clock.shift(30 * MINUTE)
    beat_for(clock, MINUTE, Pulse('worker'), Pulse('worker'))
    assert len(outages()) == 1


def test_a_database_that_was_away_is_an_outage_of_ours(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pulse = Pulse('connector')
    beat_for(clock, MINUTE, pulse)
    with monkeypatch.context() as away:
        away.setattr(beat, 'note_alive', _database_is_away)
        for _ in range(15):
            clock.shift(beat.BEAT)
            with pytest.raises(DatabaseError):
                pulse.beat()
    beat_for(clock, MINUTE, pulse)
    assert outages() == [('connector', 15 * beat.BEAT + beat.BEAT)]


def test_beats_are_written_once_in_a_while_whoever_beats(
    clock: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    Pulse('worker').beat()
    with django_assert_num_queries(1):
        Pulse('worker').beat()


def test_a_clock_that_was_set_back_does_not_silence_anybody(clock: Any) -> None:
    Heartbeat.objects.create(name='worker', at=NOW + timedelta(days=1))
    Pulse('worker').beat()
    assert Heartbeat.objects.get().at == NOW
    assert outages() == []


def test_outages_are_listed_latest_first_with_the_one_that_goes_on(clock: Any) -> None:
    connector = a_connector()
    an_outage(Outage.MAELIS, ago=2 * MINUTE * 60, length=5 * MINUTE, connector=connector)
    an_outage(ago=timedelta(days=1), length=50 * MINUTE)
    an_outage(ago=timedelta(days=30), length=50 * MINUTE)
    an_outage(Outage.MAELIS, ago=MINUTE, length=MINUTE, connector=a_connector('tours'))
    maelis_is_down(connector, timedelta(minutes=3))
    found = [(outage.who, outage.length, outage.to_replay) for outage in list_outages(connector=connector)]
    assert found == [
        ('maelis', 3 * MINUTE, False),
        ('maelis', 5 * MINUTE, False),
        ('connector', 50 * MINUTE, True),
    ]


def test_an_administrator_is_told_how_long_and_what_to_replay(clock: Any) -> None:
    connector = a_connector()
    an_outage(ago=timedelta(hours=3), length=timedelta(hours=1, minutes=30))
    an_outage(ago=MINUTE * 20, length=MINUTE * 5)
    maelis_is_down(connector, timedelta(minutes=12))
    assert outages_in_words(list_outages(connector=connector)) == (
        'Maelis : injoignable 12 min. La passerelle : injoignable 1 h 35 min en 2 fois. À renvoyer depuis le '
        'portail : les paiements faits entre le 02/03/2026 à 07:00 et le 02/03/2026 à 08:30.'
    )


def test_status_tells_the_outages(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    well = Status((Check('maelis', Level.OK, 'Maelis répond.'),))
    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.status.connector_status', lambda _: well)
    outage = an_outage(ago=timedelta(hours=3), length=timedelta(hours=1))
    (told,) = portal.get('status/').json()['meta']['outages']
    assert (told['who'], told['seconds'], told['to_replay']) == ('connector', 3600, True)
    assert datetime.fromisoformat(told['began_at']) == outage.began_at.replace(microsecond=0)


def test_status_of_a_maelis_that_is_down_says_for_how_long(portal: Portal) -> None:
    maelis_is_down(Connector.objects.get(), timedelta(minutes=12))
    said = portal.get('status/').json()['err_desc']
    assert said.count('Maelis : injoignable 12 min') == 1
    assert 'Maelis ne répond plus.' in said


def test_status_tells_the_outages_when_it_is_red_too(portal: Portal) -> None:
    an_outage(ago=timedelta(hours=3), length=timedelta(hours=1))
    maelis_is_down(Connector.objects.get(), timedelta(minutes=12))
    told = portal.get('status/').json()
    assert (told['err'], told['err_class'], told['data']) == (1, 'connector-down', None)
    outages = [(one['who'], one['ended_at'] is None, one['to_replay']) for one in told['meta']['outages']]
    assert outages == [('maelis', True, False), ('connector', False, True)]


def test_a_maelis_that_is_down_turns_the_status_red_though_it_names_its_regies(
    clock: Any, simulator: Simulator
) -> None:
    connector = a_connector(wsdl_url=simulator.wsdl_url)
    assert connector_status(connector).ok
    maelis_is_down(connector, timedelta(minutes=12))
    wrong = [check.name for check in connector_status(connector).checks if not check.ok]
    assert wrong == ['outages']


def test_a_server_beats_from_its_first_request_and_knows_that_it_was_killed(site: Site) -> None:
    beat_once(site)
    long_ago = timezone.now() - timedelta(hours=1)
    Heartbeat.objects.update(at=long_ago)
    beat_once(site)
    outage = Outage.objects.get()
    assert (outage.who, outage.began_at) == (Outage.CONNECTOR, long_ago)


def maelis_is_down(connector: Connector, length: timedelta) -> None:
    now = timezone.now()
    Reachability.objects.create(
        connector=connector, failures=9, failing_since=now - length, open_until=now + MINUTE
    )


def beat_once(site: Site) -> None:
    """Serves one request, waits for the beat, dies."""
    before = set(Heartbeat.objects.values_list('at', flat=True))
    server = site.serve()
    try:
        urlopen(f'{server.url}/passerelle-maelis-invoices/', timeout=30).close()  # noqa: S310
    except HTTPError as answer:
        answer.close()
    deadline = time.monotonic() + 30
    while set(Heartbeat.objects.values_list('at', flat=True)) == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    server.kill()


def _database_is_away(*_: object, **__: object) -> None:
    raise DatabaseError
