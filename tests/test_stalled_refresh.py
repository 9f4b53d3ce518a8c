"""People are told when the nightly refresh stops, and only where there is one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from passerelle_maelis_invoices.models import RefreshRun
from passerelle_maelis_invoices.use_cases.find_incidents import find_incidents
from tests.builders import a_connector, a_link

NOW = datetime.fromisoformat('2026-03-04T10:00:00+01:00')
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    found = find_incidents(connector=a_connector(), now=NOW)
    return [incident.message for incident in found if incident.kind == 'refresh-stalled']


def a_run(*, hours_ago: float, **columns: Any) -> RefreshRun:
    return RefreshRun.objects.create(connector=a_connector(), started_at=NOW - hours_ago * HOUR, **columns)


def test_a_refresh_that_ran_tonight_is_no_news() -> None:
    a_link()
    a_run(hours_ago=60, finished_at=NOW - 59 * HOUR)
    a_run(hours_ago=8, finished_at=NOW - 7 * HOUR)
    assert told() == []


def test_two_nights_without_a_refresh_are_told() -> None:
    a_link()
    a_run(hours_ago=56, finished_at=NOW - 55 * HOUR)
    assert told() == ['Aucune actualisation n’a commencé depuis le 02/03/2026 à 02:00.']


def test_one_missed_night_is_not() -> None:
    a_link()
    a_run(hours_ago=32, finished_at=NOW - 31 * HOUR)
    assert told() == []


@pytest.mark.parametrize('columns', [{}, {'abandoned_at': NOW - 5 * HOUR}, {'held_until': NOW - 5 * HOUR}])
def test_a_refresh_that_was_given_up_is_told(columns: dict[str, datetime]) -> None:
    a_link()
    a_run(hours_ago=8, **columns)
    assert told() == ['L’actualisation commencée le 04/03/2026 à 02:00 s’est arrêtée avant la fin.']


def test_a_long_one_that_goes_on_is_not() -> None:
    a_link()
    a_run(hours_ago=8, held_until=NOW + HOUR / 60)
    assert told() == []


def test_nobody_is_told_where_nobody_is_linked_or_nothing_was_ever_refreshed() -> None:
    a_run(hours_ago=100, finished_at=NOW - 99 * HOUR)
    assert told() == []
    RefreshRun.objects.all().delete()
    a_link()
    assert told() == []
