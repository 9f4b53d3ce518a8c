"""`python -m tests.torture`: tries the promises at their full sizes, and writes down what came of it.

Ctrl-C gives up the portions in hand and stops; `--resume` goes on from there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.torture.crew import set_up_django, tried

if TYPE_CHECKING:
    from tests.torture.portions import Portion
    from tests.torture.state import State

ROOT = Path(__file__).resolve().parent.parent.parent
SCALES = {'full': 1.0, 'small': 0.002}
DATABASES = ('sqlite', 'postgresql')


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix='torture') as folder:
        set_up_django(folder)
        states = {database: _state(database, arguments) for database in arguments.databases}
        try:
            _torture(states, arguments, folder)
        except KeyboardInterrupt:
            sys.exit('stopped; go on with --resume')
    broken = [database for database, state in states.items() if not state.kept]
    sys.exit(f'broken on {" and ".join(broken)}' if broken else 0)


def _torture(states: dict[str, State], arguments: argparse.Namespace, folder: str) -> None:
    from tests.torture.progress import Progressing
    from tests.torture.report import file_for, page

    portions = [portion for state in states.values() for portion in _left(state, arguments)]
    progressing = Progressing(portions, states, jobs=arguments.jobs)
    try:
        for outcome in tried(portions, jobs=max(1, arguments.jobs // len(states)), folder=folder):
            state = states[outcome.portion.database]
            state.of(outcome.portion.part).add(outcome)
            state.version = outcome.version
            state.write()
            progressing.tell(outcome)
    finally:
        arguments.figures.mkdir(parents=True, exist_ok=True)
        for database, state in states.items():
            text = page(state, sizes=_sizes(database, 1.0), scale=arguments.scale, seed=arguments.seed)
            print(text)
            file_for(arguments.figures, database).write_text(text)


def _left(state: State, arguments: argparse.Namespace) -> list[Portion]:
    from tests.torture.parts import parts_on
    from tests.torture.portions import cut, side_by_side

    sizes = _sizes(state.database, arguments.fraction)
    chosen = [part for part in parts_on(state.database) if not arguments.only or part.name in arguments.only]
    portions = side_by_side(
        cut(state.database, part.name, total=sizes[part.name], size=part.portion, seed=arguments.seed)
        for part in chosen
    )
    return [portion for portion in portions if portion.start not in state.of(portion.part).tried]


def _sizes(database: str, fraction: float) -> dict[str, int]:
    from tests.torture.parts import parts_on

    return {part.name: max(1, round(part.full * fraction)) for part in parts_on(database)}


def _state(database: str, arguments: argparse.Namespace) -> State:
    from tests.torture.state import State

    path = ROOT / 'var' / 'torture' / f'{database}-{arguments.scale}-{arguments.seed}.json'
    if not arguments.resume:
        path.unlink(missing_ok=True)
    return State.read(path, database)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='run.py torture', description=__doc__)
    for database in DATABASES:
        parser.add_argument(f'--{database}', dest='databases', action='append_const', const=database)
    parser.add_argument('--scale', default='full', help='full, small, or a fraction of full')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--jobs', type=int, default=2 * (os.cpu_count() or 1), help='processes, in all')
    parser.add_argument('--resume', action='store_true', help='go on with the run of this scale and seed')
    parser.add_argument('--only', nargs='*', metavar='PART', help='such as P1 P2')
    parser.add_argument('--figures', type=Path, default=ROOT / 'docs' / 'figures', metavar='FOLDER')
    arguments = parser.parse_args()
    arguments.databases = arguments.databases or list(DATABASES)
    arguments.fraction = SCALES.get(arguments.scale) or float(arguments.scale)
    return arguments


if __name__ == '__main__':
    main()
