from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.simulator.process import Simulator
from tests.promises.stage import Stage
from tests.site import Site


@pytest.fixture(scope='session')
def own_simulator() -> Iterator[Simulator]:
    """A town without families: every invoice is made by the scenario that needs it."""
    with Simulator(families=1) as simulator:
        yield simulator


@pytest.fixture
def stage(site: Site, own_simulator: Simulator) -> Stage:
    own_simulator.reset()
    return Stage(site, own_simulator)


@pytest.fixture
def number(request: pytest.FixtureRequest) -> int:
    """The seed of a scenario: the same in each run, so that a failure can be met again."""
    return 20260401
