"""Keep a run's table and plot where the documentation shows them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.figure import Figure, table
from benchmarks.ground import ROOT, Size
from benchmarks.plot import plot

FOLDER = ROOT / 'docs' / 'figures'


def keep(figures: Sequence[Figure], machine: str, size: Size) -> Path:
    """``bench-<date>.md``, and ``bench-latest.svg`` beside it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f'bench-{date.today().isoformat()}.md'  # noqa: DTZ011
    path.write_text(_page(figures, machine, size), encoding='utf-8')
    (FOLDER / 'bench-latest.svg').write_text(plot(figures), encoding='utf-8')
    return path


def _page(figures: Sequence[Figure], machine: str, size: Size) -> str:
    command = 'python3 run.py bench' + ('' if size == 'usual' else f' --{size}')
    return (
        f'# Figures of {date.today().isoformat()}\n\n'  # noqa: DTZ011
        f'`{command}`, on {machine}.\n\n'
        'The machine may have done other things meanwhile: mind the ratios, not the times. '
        'What limits each figure is in [performance.md](../performance.md).\n\n'
        f'{table(figures)}\n'
    )
