"""`python -m demo.simulator --port P`: Maelis, until Ctrl-C or SIGTERM; it says where it listens."""

import argparse
import os
import signal
import sys
from datetime import date
from pathlib import Path
from threading import Event, Thread

from demo.simulator.calendar import today
from demo.simulator.control import control_handler
from demo.simulator.door import Door
from demo.simulator.maelis import Maelis, Options
from demo.simulator.server import soap_handler
from demo.simulator.style import STYLES


def main() -> None:
    arguments = _arguments()
    options = _options(arguments)
    maelis = Maelis(options)
    maelis.open(Door(arguments.host, arguments.port, soap_handler(maelis)))
    control = Door(arguments.host, arguments.control_port, control_handler(maelis))
    print(
        f'simulator listening on {maelis.address} '
        f'seed={options.seed} families={options.families} style={options.style}'
    )
    print(f'control on http://{control.host}:{control.port}/control', flush=True)
    _wait(until_eof=arguments.until_eof)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m demo.simulator', description=__doc__)
    parser.add_argument('--port', type=int, default=0, help='0: any free one')
    parser.add_argument('--control-port', type=int, default=0, help='of the control URL; 0: any free one')
    parser.add_argument('--host', default='127.0.0.1')
    parser.add_argument('--families', type=int, default=2000, help='numbered from 1001')
    parser.add_argument('--seed', type=int, default=1, help='of the town and of chance')
    parser.add_argument('--today', type=date.fromisoformat, help='the day to invent the town for')
    parser.add_argument('--journal', type=Path, help='file of the payments applied; read at the start')
    parser.add_argument('--state', type=Path, dest='journal', help='another name of --journal')
    parser.add_argument('--style', choices=STYLES, default='default')
    parser.add_argument('--lag', type=float, default=0, metavar='SECONDS', help='before a payment shows')
    parser.add_argument('--username', default='', help='asked for by WS-Security, with --password')
    parser.add_argument('--password', default='')
    parser.add_argument('--until-eof', action='store_true', help='stop when the standard input ends')
    return parser.parse_args()


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        families=arguments.families,
        seed=arguments.seed,
        today=arguments.today or today(),
        style=arguments.style,
        lag=arguments.lag,
        journal=arguments.journal,
        credentials=(arguments.username, arguments.password) if arguments.username else None,
    )


def _wait(*, until_eof: bool) -> None:
    over = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    if until_eof:
        Thread(target=_watch_input, args=(over,), daemon=True).start()
    over.wait()
    os._exit(0)  # whoever still hangs, hangs no more


def _watch_input(over: Event) -> None:
    sys.stdin.buffer.read()
    over.set()


if __name__ == '__main__':
    main()
