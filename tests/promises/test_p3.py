"""P3, as the long run tries it; every mode in turn is tried in tests/test_p3_deadlines.py."""

from __future__ import annotations

import pytest

from demo.simulator.faults import FAULTS
from tests.promises.hostile_reads import read_from_a_hostile_maelis
from tests.promises.stage import Stage


def test_p3_no_reader_waits_longer_than_the_deadline_in_modes_by_chance(stage: Stage, number: int) -> None:
    read_from_a_hostile_maelis(stage, reads=100, number=number).check()


def test_p3_reads_that_wait_too_long_are_seen(
    stage: Stage, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: two seconds where little more than one is allowed."""
    monkeypatch.setattr('tests.promises.hostile_reads.MODES', [FAULTS['hang']])
    figures = read_from_a_hostile_maelis(stage, reads=4, number=number, deadline=2.0)
    assert figures.counts['late'] == 4
