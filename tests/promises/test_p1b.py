"""P1b: 2xx only after a durable commit."""

import pytest

from tests.postgresql import PostgreSQL
from tests.promises.killed_servers import kill_servers, stop_databases
from tests.promises.stage import Stage


def test_p1b_an_acknowledged_payment_survives_any_kill(stage: Stage, number: int) -> None:
    kill_servers(stage, kills=30, number=number).check()


@pytest.mark.postgresql
@pytest.mark.parametrize('site', ['postgresql'], indirect=True)
def test_p1b_an_acknowledged_payment_survives_a_crash_of_the_database(
    stage: Stage, postgresql: PostgreSQL, number: int
) -> None:
    stop_databases(stage, postgresql, stops=3, number=number).check()
