"""P19: backup and restore."""

from tests.promises.restores import restore
from tests.promises.stage import Stage


def test_p19_a_restored_database_doubles_nothing_and_loses_nothing(stage: Stage, number: int) -> None:
    restore(stage, times=2, number=number).check()
