"""The threads of a worker outlive whatever goes wrong in one turn."""

import threading
from collections.abc import Callable

import pytest
from django.db import InterfaceError

from passerelle_maelis_invoices.management.commands import maelis_worker

FAILURES = [
    InterfaceError('connection already closed'),
    OSError(28, 'No space left on device'),
    KeyError('x'),
]
LOOPS: list[tuple[str, Callable[[threading.Event], object]]] = [
    ('look_after', maelis_worker._look_after),
    ('do_paperwork', maelis_worker._make_exports),
    ('make_exports', maelis_worker._make_exports),
    ('purge_exports', maelis_worker._make_exports),
    ('work', lambda stop: [maelis_worker._round('worker', stop) for _ in range(2)]),
]


@pytest.mark.django_db
@pytest.mark.parametrize('failure', FAILURES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(('step', 'loop'), LOOPS, ids=[step for step, _ in LOOPS])
def test_a_thread_goes_on_after_an_unforeseen_failure(
    step: str,
    loop: Callable[[threading.Event], object],
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop, turns = StopThatDoesNotWait(), []

    def fail_then_end(*_: object, **__: object) -> int:
        turns.append(step)
        if len(turns) == 1:
            raise failure
        stop.set()
        return 0

    monkeypatch.setattr(maelis_worker, 'connection', AConnectionTooBrokenToBeClosed())
    monkeypatch.setattr(maelis_worker, step, fail_then_end)
    loop(stop)
    assert len(turns) == 2


class StopThatDoesNotWait(threading.Event):
    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


class AConnectionTooBrokenToBeClosed:
    def close(self) -> None:
        raise InterfaceError('connection already closed')
