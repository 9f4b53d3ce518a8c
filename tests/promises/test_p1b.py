"""P1b: 2xx only after a durable commit."""

from tests.promises.killed_servers import kill_servers
from tests.promises.stage import Stage


def test_p1b_an_acknowledged_payment_survives_any_kill(stage: Stage, number: int) -> None:
    kill_servers(stage, kills=30, number=number).check()
