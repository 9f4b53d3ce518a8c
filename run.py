#!/usr/bin/env python3
"""One command for each thing, on any machine with Python 3.11 or later:

    python3 run.py demo [--reset]        portal, admin and a simulated Maelis, on port 8000 or PORT
    python3 run.py test [pytest options] every test
    python3 run.py check                 linters, types, layers, migrations
    python3 run.py bench                 figures
    python3 run.py torture               the long tests

The first run makes .venv and installs into it, with uv when that is on the PATH.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / '.venv'
PYTHON = VENV / 'bin' / 'python'
STAMP = VENV / 'installed.json'

TEST = {'test', 'cluster', 'documents'}
CHECKS = {
    'ruff check': ['-m', 'ruff', 'check', '.'],
    'ruff format': ['-m', 'ruff', 'format', '--check', '.'],
    'mypy': ['-m', 'mypy'],
    'import-linter': ['-c', 'from importlinter.cli import lint_imports_command as lint; lint()'],
    'migrations': ['manage.py', 'makemigrations', '--check', '--dry-run'],
}


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        return complain(f'Python 3.11 or later is needed; this is {sys.version.split()[0]}.')
    commands = {'demo': demo, 'test': test, 'check': check, 'bench': bench, 'torture': torture}
    if not arguments or arguments[0] not in commands:
        print(__doc__.strip())
        return 0 if arguments in (['-h'], ['--help']) else 2
    os.chdir(ROOT)
    return commands[arguments[0]](arguments[1:])


def demo(arguments: list[str]) -> int:
    return install({'demo'}) or become('-m', 'demo.launcher', *arguments)


def test(arguments: list[str]) -> int:
    """One process more than there are processors, since many tests wait, and four at most.

    `-n` among the arguments has the last word.
    """
    processes = min(4, (os.cpu_count() or 1) + 1)
    return install(TEST) or become('-m', 'pytest', '-n', str(processes), '--dist', 'worksteal', *arguments)


def check(arguments: list[str]) -> int:
    """Runs every check, whatever the earlier ones said."""
    status = install({'check', *TEST})
    if status:
        return status
    settings = {'DATABASE_URL': 'sqlite:///:memory:', 'SECRET_KEY': 'check'}
    failed = [name for name, command in CHECKS.items() if not passes(name, command, settings)]
    return complain('failed: ' + ', '.join(failed)) if failed else 0


def bench(arguments: list[str]) -> int:
    return later('benchmarks', arguments)


def torture(arguments: list[str]) -> int:
    return later('tests.torture', arguments)


def later(module: str, arguments: list[str]) -> int:
    path = ROOT.joinpath(*module.split('.'))
    if not (path.is_dir() or path.with_suffix('.py').exists()):
        return complain(f'{module} is not there yet.')
    return install(TEST) or become('-m', module, *arguments)


def install(extras: set[str]) -> int:
    """Makes .venv hold the package with these extras; does nothing when it does. 0, or the exit status."""
    if not works():
        problem = make_venv()
        if problem:
            return complain(problem)
    have = installed()
    if extras <= have:
        return 0
    wanted = ','.join(sorted(extras | have))
    tell(f'installing the package with {wanted} (the first time takes a minute or two)')
    with_uv = [uv(), 'pip', 'install', '--python', str(PYTHON)]
    pip = with_uv if uv() else [str(PYTHON), '-m', 'pip', 'install']
    if subprocess.call([*pip, '--quiet', '-e', f'.[{wanted}]'], env=environment()):
        return complain('the installation failed, see above.')
    STAMP.write_text(json.dumps({'of': fingerprint(), 'extras': wanted.split(',')}))
    return 0


def make_venv() -> str:
    """What went wrong, or nothing."""
    if not uv() and not importlib.util.find_spec('ensurepip'):
        version = '{}.{}'.format(*sys.version_info)
        return f'this Python lacks venv: apt-get install python{version}-venv, or install uv.'
    tell('making .venv')
    shutil.rmtree(VENV, ignore_errors=True)
    with_uv = [uv(), 'venv', '--quiet', '--python', sys.executable, str(VENV)]
    command = with_uv if uv() else [sys.executable, '-m', 'venv', str(VENV)]
    failed = subprocess.call(command, env=environment())
    return '.venv could not be made, see above.' if failed else ''


def installed() -> set[str]:
    """The extras that .venv holds of the present setup.py."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return set()
    return set(stamp['extras']) if stamp['of'] == fingerprint() else set()


def fingerprint() -> str:
    """Of what an installation depends on: setup.py, and the folder, which it remembers."""
    return hashlib.sha256((ROOT / 'setup.py').read_bytes() + str(ROOT).encode()).hexdigest()


def works() -> bool:
    """.venv is there, with a Python that still runs, is recent enough, and can install."""
    probe = f'import sys{"" if uv() else ", pip"}; sys.exit(sys.version_info < {OLDEST})'
    try:
        return subprocess.call([PYTHON, '-c', probe], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def uv() -> str:
    return shutil.which('uv') or ''


def environment(**more: str) -> dict[str, str]:
    """Ours, with .venv first, without what would lead to another Python or other settings."""
    misleading = {'PYTHONPATH', 'PYTHONHOME', 'DJANGO_SETTINGS_MODULE'}
    ours = {name: value for name, value in os.environ.items() if name not in misleading}
    ours |= {
        'VIRTUAL_ENV': str(VENV),
        'PATH': f'{VENV / "bin"}{os.pathsep}{os.environ.get("PATH", os.defpath)}',
    }
    if not os.access(Path('~').expanduser(), os.W_OK):
        cache = str(VENV / 'cache')
        ours = {'UV_CACHE_DIR': cache, 'PIP_CACHE_DIR': cache, **ours}
    return ours | more


def passes(name: str, command: list[str], settings: dict[str, str]) -> bool:
    tell(name)
    return subprocess.call([PYTHON, *command], env=environment(**settings)) == 0


def become(*command: str) -> int:
    """This process goes on as that one: signals and the exit status need nobody to pass them on."""
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *command], environment())


def tell(step: str) -> None:
    print(f'run.py: {step}', flush=True)


def complain(problem: str) -> int:
    print(f'run.py: {problem}', file=sys.stderr)
    return 2


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
