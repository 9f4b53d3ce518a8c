"""P19: backup and restore."""

from tests.promises.restores import restore
from tests.promises.stage import Stage


def test_p19_a_restored_database_doubles_nothing_and_loses_nothing(stage: Stage) -> None:
    restore(stage, times=4, number=5).check()
