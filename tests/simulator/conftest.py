from collections.abc import Iterator

import pytest

from demo.simulator.process import Simulator


@pytest.fixture(scope='package')
def shared_simulator() -> Iterator[Simulator]:
    with Simulator(families=40, seed=7) as simulator:
        yield simulator


@pytest.fixture
def simulator(shared_simulator: Simulator) -> Simulator:
    """As new: nothing armed, nothing paid."""
    shared_simulator.reset()
    return shared_simulator
