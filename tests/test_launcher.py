"""The demo: its processes come up together, and go together."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from demo.launcher.children import ChildEndedError, Children
from tests.site import ROOT

STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
print('ready', flush=True)
time.sleep(600)
"""


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path, dict(os.environ))
    yield children
    children.stop()


def test_a_child_that_ends_is_named_with_the_end_of_its_log(children: Children) -> None:
    children.start('patient', '-c', 'import time; time.sleep(600)')
    children.start('pressé', '-c', 'raise SystemExit("plus de papier")')
    with pytest.raises(ChildEndedError, match=r'« pressé » s’est arrêté(.|\n)*plus de papier'):
        children.wait()


def test_a_child_that_ends_before_it_is_ready_is_not_waited_for(children: Children) -> None:
    child = children.start('pressé', '-c', 'print("nothing to say")')
    with pytest.raises(ChildEndedError, match='nothing to say'):
        child.wait_for('listening on (.*)')


def test_a_child_that_will_not_end_is_killed_with_its_own_children(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('demo.launcher.children.GRACE', 0.2)
    life, held = os.pipe()
    child = children.start('têtu', '-c', STUBBORN, keep=(held,))
    os.close(held)
    child.wait_for('ready\nready')
    children.stop()
    assert child.process.returncode == -signal.SIGKILL
    assert os.read(life, 1) == b'', 'the grandchild lives'
    os.close(life)


class Demo:
    """A demo of its own, on a port and in a folder that nobody else uses."""

    def __init__(self, data: Path, *options: str) -> None:
        environment = os.environ | {'PORT': '0', 'DEMO_DATA': str(data)}
        self.process = subprocess.Popen(
            [sys.executable, '-m', 'demo.launcher', *options],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        lines = iter(self.process.stdout or [])
        self.output = ''.join(_until('Ctrl-C', lines))
        self.addresses = re.findall(r'http://\S+', self.output)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Its exit status, and what it said on the way out."""
        self.process.send_signal(number)
        return self.last_words()

    def last_words(self) -> tuple[int, str]:
        output, errors = self.process.communicate(timeout=60)
        return self.process.returncode, output + errors


@contextmanager
def demo(data: Path, *options: str) -> Iterator[Demo]:
    running = Demo(data, *options)
    try:
        assert running.addresses, running.last_words()
        yield running
    finally:
        if running.process.poll() is None:
            running.end()


def test_the_demo_gives_its_addresses_and_leaves_nothing_behind(tmp_path: Path) -> None:
    data = old_data(tmp_path / 'with space')
    with demo(data) as running:
        assert [status(address) for address in running.addresses] == [200, 200, 200]
        assert 'compte demo, mot de passe demo' in running.output
        assert 'old key' in (data / 'configuration.json').read_text(), 'data was not kept'
        assert running.end() == (0, '\nArrêté.\n')
        assert [status(address) for address in running.addresses] == [None, None, None]


def test_the_demo_ends_when_one_of_its_processes_does_and_says_which(tmp_path: Path) -> None:
    with demo(tmp_path / 'data') as running:
        os.kill(child_of(running, 'demo.simulator'), signal.SIGKILL)
        code, words = running.last_words()
        assert code == 1
        assert '« simulateur » s’est arrêté' in words
        assert status(running.addresses[0]) is None


def test_a_reset_forgets_the_data(tmp_path: Path) -> None:
    data = old_data(tmp_path / 'data')
    with demo(data, '--reset'):
        assert 'old key' not in (data / 'configuration.json').read_text()


def test_two_demos_do_not_share_their_data(tmp_path: Path) -> None:
    with demo(tmp_path / 'data'):
        second = Demo(tmp_path / 'data')
        assert second.last_words() == (1, '\nLa démonstration tourne déjà ; Ctrl-C l’arrête.\n')


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(('127.0.0.1', 0)) as taken:
        port = taken.getsockname()[1]
        environment = os.environ | {'PORT': str(port), 'DEMO_DATA': str(tmp_path / 'data')}
        done = subprocess.run(
            [sys.executable, '-m', 'demo.launcher'], cwd=ROOT, env=environment, capture_output=True, text=True
        )
    assert done.returncode == 1
    assert re.fullmatch(rf'\nLe port {port} n’est pas libre .*PORT=8001 python3 run.py demo\n', done.stderr)


def old_data(folder: Path) -> Path:
    """What an earlier demo left: here, only the key that the portal signs with."""
    folder.mkdir()
    (folder / 'portal_key').write_text('old key')
    return folder


def status(address: str) -> int | None:
    """Of the page, or None when nobody is there."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(address, timeout=30).status_code
        except requests.ConnectionError:
            return None


def child_of(demo: Demo, words: str) -> int:
    listing = subprocess.check_output(['ps', '-o', 'pid=,args=', '--ppid', str(demo.process.pid)], text=True)
    return next(int(line.split()[0]) for line in listing.splitlines() if words in line)


def _until(word: str, lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if line.startswith(word):
            return
