from datetime import timedelta
from random import Random

import pytest

from passerelle_maelis_invoices.domain.retry_schedule import (
    FIRST_PAUSE,
    JITTER,
    LONGEST_PAUSE,
    pause_after_failure,
    pause_after_refusal,
)


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
