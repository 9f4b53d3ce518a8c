"""Processes that try portions: each has a database and a Maelis of its own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from multiprocessing.process import BaseProcess
from queue import Empty
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.torture.ground import Ground
    from tests.torture.portions import Outcome, Portion

Queue = Any
PAUSE = 5  # seconds between two looks at whether a process died


def tried(portions: Sequence[Portion], *, jobs: int, folder: str) -> Iterator[Outcome]:
    """As they come: an outcome for each portion. `jobs` processes for each database that is asked for."""
    context = multiprocessing.get_context('spawn')
    outcomes: Queue = context.Queue()
    orders: dict[str, Queue] = {portion.database: context.Queue() for portion in portions}
    for portion in portions:
        orders[portion.database].put(portion)
    crew: list[BaseProcess] = []
    for database, queue in orders.items():
        for _ in range(jobs):
            queue.put(None)
            crew.append(context.Process(target=_try_all, args=(database, folder, queue, outcomes)))
    try:
        for member in crew:
            member.start()
        for _ in portions:
            yield _next(outcomes, crew)
    finally:
        _dismiss(crew)


def _next(outcomes: Queue, crew: list[BaseProcess]) -> Outcome:
    while True:
        try:
            outcome: Outcome = outcomes.get(timeout=PAUSE)
        except Empty:
            if any(member.exitcode for member in crew):
                raise SystemExit('a process of the run died, see above; go on with --resume') from None
        else:
            return outcome


def _dismiss(crew: list[BaseProcess]) -> None:
    """Those that have work left are interrupted, and clear away what they started."""
    for member in crew:
        if member.is_alive() and member.pid:
            os.kill(member.pid, signal.SIGINT)
    for member in crew:
        member.join()


def set_up_django(folder: str) -> None:
    os.environ |= {
        'DJANGO_SETTINGS_MODULE': 'demo.settings',
        'DATABASE_URL': f'sqlite:///{folder}/none.sqlite3',
        'MAELIS_INVOICES_WSDL_DIR': f'{folder}/wsdl',
    }
    import django

    django.setup()
    logging.disable(logging.CRITICAL)


def _try_all(database: str, folder: str, orders: Queue, outcomes: Queue) -> None:
    set_up_django(folder)
    from tests.torture.ground import ground

    try:
        with ground(database) as place:
            for portion in iter(orders.get, None):
                outcomes.put(_try(portion, place))
    except KeyboardInterrupt:
        outcomes.cancel_join_thread()


def _try(portion: Portion, place: Ground) -> Outcome:
    from tests.torture.parts import PARTS
    from tests.torture.portions import Outcome

    run = next(part.run for part in PARTS if part.name == portion.part)
    began = time.monotonic()
    try:
        figures = run(place, portion.size, portion.seed)
    except Exception:
        error = f'{portion}\n{traceback.format_exc()}'
        return Outcome(portion, time.monotonic() - began, version=place.version, error=error)
    counts = {name: int(counted) for name, counted in figures.counts.items()}
    return Outcome(portion, time.monotonic() - began, counts, figures.wrong, place.version)
