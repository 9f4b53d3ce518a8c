"""P2 when the database itself crashes under the workers."""

import pytest

from tests.postgresql import PostgreSQL
from tests.promises.crashed_databases import crash_databases
from tests.promises.stage import Stage


@pytest.mark.postgresql
@pytest.mark.parametrize('site', ['postgresql'], indirect=True)
def test_p2_a_crash_of_the_database_under_workers_neither_loses_nor_doubles_nor_strands_a_payment(
    stage: Stage, postgresql: PostgreSQL, number: int
) -> None:
    crash_databases(stage, postgresql, payments=60, stops=4, number=number).check()
