"""The long run, in small: what it writes down, and how it goes on after an interruption."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.site import ROOT
from tests.torture.portions import Outcome, Portion, cut, side_by_side
from tests.torture.report import page
from tests.torture.state import State

SIZES = {'P2': 1_000}


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / 'state.json', 'sqlite', 'sqlite 3')


def portions() -> list[Portion]:
    return list(cut('sqlite', 'P2', total=1_000, size=300, seed=1))


def test_portions_make_up_the_whole_and_have_seeds_of_their_own() -> None:
    assert [portion.size for portion in portions()] == [300, 300, 300, 100]
    assert len({portion.seed for portion in portions()}) == 4


def test_parts_go_on_side_by_side() -> None:
    other = list(cut('sqlite', 'P12', total=2, size=1, seed=1))
    order = [portion.part for portion in side_by_side([portions(), other])]
    assert order == ['P2', 'P12', 'P2', 'P2', 'P2', 'P12'] or order == ['P2', 'P2', 'P12', 'P2', 'P2', 'P12']


def test_an_interrupted_run_knows_what_it_tried(state: State) -> None:
    for portion in portions()[1:3]:
        state.of('P2').add(Outcome(portion, 2.5, {'payments': 330, 'lost': 0}, ('lost',)))
    state.write()
    progress = State.read(state.path, 'sqlite').of('P2')
    assert progress == state.of('P2')
    assert (progress.tried, progress.done, progress.counts['payments']) == ([300, 600], 600, 660)


@pytest.mark.parametrize(
    'outcome',
    [Outcome(portions()[0], 1, {'lost': 1}, ('lost',)), Outcome(portions()[0], 1, error='it failed')],
    ids=['something lost', 'an error'],
)
def test_a_promise_that_was_broken_once_stays_broken(state: State, outcome: Outcome) -> None:
    state.of('P2').add(outcome)
    state.of('P2').add(Outcome(portions()[1], 1, {'lost': 0}, ('lost',)))
    assert not state.kept
    assert '**P2** BROKEN' in page(state, sizes=SIZES, scale='full', seed=1)


def test_a_size_that_was_not_reached_is_told(state: State) -> None:
    state.of('P2').add(Outcome(portions()[0], 60, {'payments': 330, 'lost': 0}, ('lost',)))
    told = '**P2** kept: 330 payments, 0 lost (1 min of a process, 30.0% of the full size)'
    assert told in page(state, sizes=SIZES, scale='full', seed=1)


def test_what_was_not_tried_is_not_said_to_be_kept(state: State) -> None:
    state.of('P2')
    assert '**P2** was not tried yet' in page(state, sizes=SIZES, scale='full', seed=1)


def test_one_command_writes_the_figures(tmp_path: Path) -> None:
    """The races are the quickest part."""
    size = ['--sqlite', '--only', 'P7', '--scale', '0.001', '--jobs', '1', '--seed', '7']
    command = [sys.executable, '-m', 'tests.torture', *size, '--figures', tmp_path]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert 'P7 on sqlite: 100%; 0 portions left' in done.stderr
    written = next(tmp_path.glob('torture-*-sqlite.md')).read_text()
    assert '**P7** kept: 5 races, 0 lost, 0 overpaid' in written
