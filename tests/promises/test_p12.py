"""P12: a lease that is over."""

from tests.promises.frozen_workers import freeze_workers
from tests.promises.stage import Stage


def test_p12_a_worker_that_was_replaced_sends_and_writes_nothing_any_more(stage: Stage, number: int) -> None:
    freeze_workers(stage, freezes=5, number=number).check()


def test_p12_a_worker_whose_lease_is_over_sends_nothing_even_if_nobody_replaced_it(
    stage: Stage, number: int
) -> None:
    freeze_workers(stage, freezes=5, number=number, takeover=False).check()
