"""P10 and P11: outages, poison, and the exact schedule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.promises.actors import Clock, Own
from tests.promises.outages import outage
from tests.promises.schedules import (
    be_down_for_a_month,
    keep_to_the_schedule,
    lose_an_answer_and_read_nothing,
    new_figures,
    refuse_for_good,
)
from tests.promises.stage import Stage

RETRY_SCHEDULE = 'passerelle_maelis_invoices.domain.retry_schedule'


def test_p10_a_backlog_drains_oldest_first_whatever_one_payment_does(stage: Stage, number: int) -> None:
    outage(stage, payments=300, number=number).check()


def test_p11_a_definite_refusal_is_tried_three_times_and_then_never_again(stage: Stage, number: int) -> None:
    figures = new_figures(stage, number)
    refuse_for_good(stage, Own(Clock()), figures)
    figures.check()


def test_p11_a_maelis_that_is_down_is_tried_for_thirty_days_before_a_person_is_asked(
    stage: Stage, number: int
) -> None:
    figures = new_figures(stage, number)
    be_down_for_a_month(stage, Own(Clock()), figures)
    figures.check()


def test_p11_an_unknown_outcome_is_not_sent_again_while_maelis_cannot_be_asked(
    stage: Stage, number: int
) -> None:
    figures = new_figures(stage, number)
    lose_an_answer_and_read_nothing(stage, Own(Clock()), figures)
    figures.check()


@pytest.mark.parametrize(
    ('name', 'value'), [('TRIES_WHEN_REFUSED', 4), ('REFUSAL_PAUSE', timedelta(minutes=5)), ('JITTER', 0.9)]
)
def test_p11_another_schedule_is_seen(
    stage: Stage, number: int, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    """The control."""
    monkeypatch.setattr(f'{RETRY_SCHEDULE}.{name}', value)
    counts = keep_to_the_schedule(stage, payments=2, number=number).counts
    assert counts['off schedule']
