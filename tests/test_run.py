"""`run.py`: an environment that is made when it is needed, and clear words when it cannot be."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import run


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What run.py would start, in a .venv that works as soon as it was made."""
    calls: list[list[str]] = []

    def call(command: list[Any], **options: Any) -> int:
        calls.append([str(word) for word in command])
        (tmp_path / 'venv').mkdir(exist_ok=True)
        return 0

    monkeypatch.setattr(run, 'ROOT', tmp_path)
    monkeypatch.setattr(run, 'VENV', tmp_path / 'venv')
    monkeypatch.setattr(run, 'STAMP', tmp_path / 'venv' / 'installed.json')
    monkeypatch.setattr(run, 'works', lambda: (tmp_path / 'venv').exists())
    monkeypatch.setattr(run, 'uv', lambda: '')
    monkeypatch.setattr(subprocess, 'call', call)
    (tmp_path / 'setup.py').write_text('one')
    return calls


def test_the_first_run_makes_the_environment_and_the_second_does_nothing(calls: list[list[str]]) -> None:
    assert run.install({'demo'}) == 0
    assert [call[1:3] for call in calls] == [['-m', 'venv'], ['-m', 'pip']]
    assert calls[1][-1] == '.[demo]'
    assert run.install({'demo'}) == 0
    assert len(calls) == 2


def test_extras_are_added_to_those_that_are_there(calls: list[list[str]]) -> None:
    run.install({'demo'})
    run.install({'test'})
    assert calls[-1][-1] == '.[demo,test]'


def test_another_setup_py_is_installed_again(calls: list[list[str]], tmp_path: Path) -> None:
    run.install({'demo'})
    (tmp_path / 'setup.py').write_text('two')
    run.install({'demo'})
    assert len(calls) == 3


def test_an_installation_that_failed_is_tried_again(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.install(set())
    with monkeypatch.context() as broken:
        broken.setattr(subprocess, 'call', lambda *_, **__: 1)
        assert run.install({'demo'}) == 2
    assert run.install({'demo'}) == 0
    assert calls[-1][-1] == '.[demo]'


def test_with_uv_on_the_path_uv_installs(calls: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, 'uv', lambda: '/bin/uv')
    run.install({'demo'})
    assert [call[:2] for call in calls] == [['/bin/uv', 'venv'], ['/bin/uv', 'pip']]


def test_a_python_without_venv_says_what_to_install(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr('importlib.util.find_spec', lambda name: None)
    assert run.install({'demo'}) == 2
    assert re.search(r'apt-get install python3\.\d+-venv, or install uv', capsys.readouterr().err)
    assert not calls


def test_an_old_python_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, 'version_info', (3, 10, 2))
    assert run.main(['demo']) == 2
    assert 'Python 3.11 or later is needed' in capsys.readouterr().err


@pytest.mark.parametrize(('arguments', 'status'), [([], 2), (['dance'], 2), (['--help'], 0)])
def test_without_a_command_it_shows_them_all(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(arguments) == status
    assert 'python3 run.py demo' in capsys.readouterr().out


def test_children_are_not_led_to_another_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('PYTHONPATH', '/elsewhere')
    monkeypatch.setenv('DJANGO_SETTINGS_MODULE', 'elsewhere.settings')
    found = run.environment()
    assert 'PYTHONPATH' not in found and 'DJANGO_SETTINGS_MODULE' not in found
    assert found['PATH'].startswith(str(run.VENV / 'bin'))


def test_a_home_that_cannot_be_written_keeps_the_cache_beside_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv('UV_CACHE_DIR', raising=False)
    monkeypatch.delenv('PIP_CACHE_DIR', raising=False)
    monkeypatch.setenv('HOME', '/proc/no-home')
    assert run.environment()['UV_CACHE_DIR'].startswith(str(run.VENV))
    assert run.environment()['PIP_CACHE_DIR'].startswith(str(run.VENV))
