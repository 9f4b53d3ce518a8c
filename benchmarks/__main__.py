"""``python -m benchmarks``: measures, prints the table, and keeps it in ``docs/figures``."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module

from benchmarks.figure import Figure, table
from benchmarks.ground import Ground, prepared
from benchmarks.machine import describe

GROUPS = ('fresh_reads', 'maelis_reads', 'payments', 'refresh', 'concurrency', 'memory', 'growth')


def main() -> int:
    options = _options()
    machine = describe()
    with prepared(options.size) as ground:
        figures = [figure for name in options.only or GROUPS for figure in _measured(name, ground)]
    print(table(figures))
    if not options.only:
        from benchmarks.report import keep

        print(f'\n{keep(figures, machine, options.size)}')
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m benchmarks', description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument('--small', dest='size', action='store_const', const='small', help='a minute or two')
    size.add_argument(
        '--full', dest='size', action='store_const', const='full', help='up to 6,000,000 invoices'
    )
    parser.add_argument('--only', action='append', choices=GROUPS, help='one group; nothing is kept')
    parser.set_defaults(size='usual')
    return parser.parse_args()


def _measured(name: str, ground: Ground) -> list[Figure]:
    began = time.monotonic()
    print(f'{name} …', end=' ', file=sys.stderr, flush=True)
    measure: Callable[[Ground], Iterable[Figure]] = import_module(f'benchmarks.{name}').measure
    figures = list(measure(ground))
    print(f'{time.monotonic() - began:.0f} s', file=sys.stderr)
    return figures


if __name__ == '__main__':
    sys.exit(main())
