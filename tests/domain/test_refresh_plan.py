from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from passerelle_maelis_invoices.domain.load_budget import LoadBudget
from passerelle_maelis_invoices.domain.paris import PARIS
from passerelle_maelis_invoices.domain.refresh_plan import (
    NIGHTS,
    Ask,
    KnownList,
    Night,
    Spared,
    is_night_of,
    plan_list,
)

DAY = date(2026, 3, 2)
BEGAN = datetime(2026, 3, 2, 2, 0, tzinfo=PARIS)
NIGHT = Night(DAY, BEGAN)
YESTERDAY = BEGAN - timedelta(days=1)
FAMILIES = [str(number) for number in range(1001, 2001)]
#: A family whose night is another one, and one whose night it is.
OTHER = next(family for family in FAMILIES if not is_night_of(family, DAY))
TONIGHT = next(family for family in FAMILIES if is_night_of(family, DAY))


def a_known_list(last: date | None = date(2026, 2, 1), **values: object) -> KnownList:
    return replace(KnownList(YESTERDAY, last), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ('known', 'since'),
    [
        (a_known_list(date(2026, 2, 1)), date(2026, 2, 1)),
        (a_known_list(date(2026, 3, 1)), date(2026, 2, 23)),
        (a_known_list(date(2026, 4, 1)), date(2026, 2, 23)),
        (a_known_list(date(2026, 3, 1), oldest_unpaid=date(2025, 11, 3)), date(2025, 11, 3)),
    ],
    ids=['last invoice', 'seven days back', 'dated in the future', 'oldest unpaid'],
)
def test_a_list_is_asked_for_from_the_earliest_date_that_matters(known: KnownList, since: date) -> None:
    assert plan_list(OTHER, known, NIGHT) == Ask(since)


def test_a_regie_without_any_invoice_waits_for_the_family_s_night() -> None:
    for known in (None, a_known_list(None)):
        assert plan_list(OTHER, known, NIGHT) is Spared.NO_INVOICE_YET
        assert plan_list(TONIGHT, known, NIGHT) == Ask(None)


def test_on_its_night_every_list_of_a_family_is_read_whole() -> None:
    assert plan_list(TONIGHT, a_known_list(), NIGHT) == Ask(None)


def test_a_full_refresh_spares_nothing() -> None:
    for known in (None, a_known_list(None), a_known_list()):
        assert plan_list(OTHER, known, replace(NIGHT, full=True)) == Ask(None)


def test_a_list_that_could_never_be_read_is_asked_for() -> None:
    assert plan_list(OTHER, KnownList(None), NIGHT) == Ask(None)


@pytest.mark.parametrize('full', [False, True])
def test_what_was_read_since_the_night_began_is_spared(full: bool) -> None:
    night = replace(NIGHT, full=full)
    for family in (OTHER, TONIGHT):
        assert plan_list(family, a_known_list(read_at=BEGAN), night) is Spared.READ_ALREADY


def test_each_family_has_one_night_a_week_and_each_night_a_seventh_of_them() -> None:
    week = [DAY + timedelta(days=n) for n in range(NIGHTS)]
    by_night = [[family for family in FAMILIES if is_night_of(family, day)] for day in week]
    assert sorted(family for families in by_night for family in families) == FAMILIES
    assert all(100 < len(families) < 190 for families in by_night)
    assert [family for family in FAMILIES if is_night_of(family, DAY + timedelta(days=7))] == by_night[0]


def test_no_burst_follows_a_pause() -> None:
    budget, now, left = LoadBudget(rate=10), 0.0, []
    for _ in range(50):
        now += budget.wait_for(4, now)
        left.append(now)
        now += 5.0 if len(left) == 20 else 0.01
    assert all(later - sooner >= 0.4 - 1e-6 for sooner, later in pairwise(left))


def test_a_slow_answer_is_no_reason_to_wait_longer() -> None:
    budget = LoadBudget(rate=10)
    assert budget.wait_for(4, 0.0) == 0
    assert budget.wait_for(4, 3.0) == 0


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match='wait for ever'):
        LoadBudget(0)
