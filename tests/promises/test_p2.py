"""P2: every acknowledged payment takes effect in Maelis exactly once, or a person is asked."""

from tests.promises.stage import Stage
from tests.promises.storm import storm


def test_p2_lost_answers_and_dead_workers_neither_lose_nor_double_a_payment(
    stage: Stage, number: int
) -> None:
    storm(stage, payments=500, faults=100, kills=20, number=number).check()


def test_p2_payments_that_are_not_read_back_are_seen_to_be_doubled(stage: Stage, number: int) -> None:
    """The control: a count that could not be wrong would prove nothing."""
    figures = storm(stage, payments=40, faults=20, kills=0, number=number, broken=True)
    assert figures.counts['doubled'] > 0
    assert figures.counts['lost'] == 0
