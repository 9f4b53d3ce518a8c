from datetime import timedelta
from random import Random

import pytest

from passerelle_maelis_invoices.domain.retry_schedule import (
    FIRST_PAUSE,
    JITTER,
    LONGEST_PAUSE,
    NOT_SHOWN_ANSWERS,
    is_never_shown,
    pause_after_failure,
    pause_after_refusal,
    pause_out_of_reach,
)

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.mark.parametrize(('failures', 'factor'), [(1, 1), (2, 2), (3, 4), (5, 16)])
def test_the_pause_doubles_with_each_failure(failures: int, factor: int) -> None:
    pause = pause_after_failure(failures, Random(failures))
    assert abs(pause / (FIRST_PAUSE * factor) - 1) <= JITTER


@pytest.mark.parametrize('failures', [8, 100, 10_000])
def test_the_pause_has_a_ceiling(failures: int) -> None:
    assert pause_after_failure(failures, Random(1)) <= LONGEST_PAUSE * (1 + JITTER)


def test_a_backlog_does_not_come_back_all_at_once() -> None:
    assert len({pause_after_failure(4, Random(seed)) for seed in range(50)}) == 50


def test_p11_the_third_refusal_is_the_last() -> None:
    assert pause_after_refusal(1, Random(1)) > timedelta(0)
    assert pause_after_refusal(2, Random(1)) > timedelta(0)
    assert pause_after_refusal(3, Random(1)) is None


@pytest.mark.parametrize(
    ('age', 'lag', 'answers', 'never'),
    [
        (A_DAY + A_MINUTE, A_MINUTE, NOT_SHOWN_ANSWERS, True),
        (A_DAY, A_MINUTE, 1000, False),
        (A_DAY * 30, A_MINUTE, NOT_SHOWN_ANSWERS - 1, False),
        (A_DAY * 9, A_DAY, 1000, False),
        (A_DAY * 10 + A_MINUTE, A_DAY, 1000, True),
    ],
)
def test_p2_never_shown_is_after_a_day_and_ten_lags_and_many_answers(
    age: timedelta, lag: timedelta, answers: int, never: bool
) -> None:
    assert is_never_shown(age=age, lag=lag, answers=answers) is never


def test_the_pause_of_one_that_cannot_be_asked_about_grows_with_its_age_to_a_ceiling() -> None:
    pauses = [pause_out_of_reach(A_MINUTE * age, Random(1)) for age in (0, 4, 10, 10_000)]
    assert pauses == sorted(pauses)
    assert pauses[0] >= FIRST_PAUSE * (1 - JITTER) and pauses[-1] <= LONGEST_PAUSE * (1 + JITTER)
