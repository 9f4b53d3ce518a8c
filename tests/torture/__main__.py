"""`python -m tests.torture`: tries the promises at their full sizes, and writes down what came of it.

Ctrl-C gives up the portion in hand and stops; `--resume` goes on from there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.torture.ground import Ground
    from tests.torture.parts import Part
    from tests.torture.state import State

ROOT = Path(__file__).resolve().parent.parent.parent
SCALES = {'full': 1.0, 'small': 0.002}
DATABASES = ('sqlite', 'postgresql')


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix='torture') as folder:
        _set_up_django(folder)
        broken = [database for database in arguments.databases if not _torture(database, arguments)]
    sys.exit(f'broken on {" and ".join(broken)}' if broken else 0)


def _set_up_django(folder: str) -> None:
    os.environ |= {
        'DJANGO_SETTINGS_MODULE': 'demo.settings',
        'DATABASE_URL': f'sqlite:///{folder}/none.sqlite3',
        'MAELIS_INVOICES_WSDL_DIR': f'{folder}/wsdl',
    }
    import django

    django.setup()
    import logging

    logging.disable(logging.CRITICAL)


def _torture(database: str, arguments: argparse.Namespace) -> bool:
    from tests.torture.ground import ground
    from tests.torture.parts import parts
    from tests.torture.report import file_for, page
    from tests.torture.state import State

    state = _state(database, arguments)
    with ground(database) as place:
        for part in parts(place.server):
            if not arguments.only or part.name in arguments.only:
                _run(part, place, state, arguments)
        text = page(state, database=place.version, scale=arguments.scale, seed=arguments.seed)
    print(text)
    arguments.figures.mkdir(parents=True, exist_ok=True)
    file_for(arguments.figures, database).write_text(text)
    return all(progress.kept for progress in State.read(state.path).parts.values())


def _state(database: str, arguments: argparse.Namespace) -> State:
    from tests.torture.state import State

    path = ROOT / 'var' / 'torture' / f'{database}-{arguments.scale}-{arguments.seed}.json'
    if not arguments.resume:
        path.unlink(missing_ok=True)
    return State.read(path)


def _run(part: Part, place: Ground, state: State, arguments: argparse.Namespace) -> None:
    """Portion by portion; one that fails is written down, and the next one is tried."""
    progress, total = state.of(part.name), max(1, round(part.full * arguments.fraction))
    while progress.done < total:
        size, began = min(part.portion, total - progress.done), time.monotonic()
        seed = arguments.seed * 1_000_003 + progress.done
        try:
            figures = part.run(place.stage(), size, seed)
        except Exception:
            progress.errors.append(f'{part.name}, size {size}, seed {seed}\n{traceback.format_exc()}')
        else:
            progress.wrong = figures.wrong
            for name, counted in figures.counts.items():
                progress.counts[name] = progress.counts.get(name, 0) + int(counted)
        progress.done += size
        progress.seconds += time.monotonic() - began
        state.write()
        _tell(part, place, progress.done, total, progress.seconds)


def _tell(part: Part, place: Ground, done: int, total: int, seconds: float) -> None:
    left = seconds / done * (total - done) / 60
    print(
        f'{place.site.vendor} {part.name}: {done:,} of {total:,} {part.unit}, {left:,.0f} min left',
        file=sys.stderr,
        flush=True,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m tests.torture', description=__doc__)
    for database in DATABASES:
        parser.add_argument(f'--{database}', dest='databases', action='append_const', const=database)
    parser.add_argument('--scale', default='full', help='full, small, or a fraction of full')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--resume', action='store_true', help='go on with the run of this scale and seed')
    parser.add_argument('--only', nargs='*', metavar='PART', help='such as P1 P2')
    parser.add_argument('--figures', type=Path, default=ROOT / 'docs' / 'figures', metavar='FOLDER')
    arguments = parser.parse_args()
    arguments.databases = arguments.databases or list(DATABASES)
    arguments.fraction = SCALES.get(arguments.scale) or float(arguments.scale)
    return arguments


if __name__ == '__main__':
    main()
