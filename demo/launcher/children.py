"""The processes of the demo: each with its log, all of them ended together."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds that a child may take to say that it is ready
GRACE = 8.0  # seconds that it may take to end
TAIL = 15  # lines of its log that are shown when it ends by itself


class ChildEndedError(Exception):
    """A child that should have gone on did not; the message is French and shows the end of its log."""


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first match in what it printed so far, or will print within a minute."""
        deadline = time.monotonic() + PATIENCE
        while not (match := re.search(pattern, self.log.read_text(errors='replace'))):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise self.ended()
            time.sleep(0.05)
        return match

    def stop(self) -> None:
        """SIGTERM, and after the grace SIGKILL to it and to all that it started."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ended(self) -> ChildEndedError:
        lines = self.log.read_text(errors='replace').splitlines()[-TAIL:]
        return ChildEndedError('\n'.join([f'« {self.name} » s’est arrêté ; fin de {self.log} :', *lines]))


@dataclass
class Children:
    """Outside the terminal's process group: Ctrl-C reaches the launcher, which ends them in order."""

    logs: Path
    environment: dict[str, str]
    running: list[Child] = field(default_factory=list)

    def start(self, name: str, *command: str, keep: tuple[int, ...] = ()) -> Child:
        """A Python program; `keep` are the file descriptors that it inherits."""
        log = self.logs / f'{name}.log'
        with log.open('wb') as output:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=keep,
            )
        self.running.append(Child(name, process, log))
        return self.running[-1]

    def wait(self) -> None:
        """Returns never: raises `ChildEndedError` for the first child that ends."""
        gone = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        raise next(child for child in self.running if gone and child.process.pid == gone.si_pid).ended()

    def stop(self) -> None:
        """The last one started ends first."""
        while self.running:
            self.running.pop().stop()
