"""The machine that the figures are of."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

PACKAGES = ('django', 'zeep', 'lxml', 'requests', 'psycopg', 'gunicorn')


def describe() -> str:
    """Two lines: the machine and its load when the run began, and the software."""
    hardware = f'{os.cpu_count()} × {_processor()}, {_memory()}, {platform.system()}'
    software = ', '.join(f'{name} {version(name)}' for name in PACKAGES)
    python = f'Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}'
    return f'{hardware}, load {os.getloadavg()[0]:.1f} at the start  \n{python}, {software}'


def _processor() -> str:
    return _fact('/proc/cpuinfo', 'model name') or platform.processor() or platform.machine()


def _memory() -> str:
    kilobytes = _fact('/proc/meminfo', 'MemTotal').split()
    return f'{int(kilobytes[0]) / 1024**2:.0f} GiB' if kilobytes else 'memory unknown'


def _fact(path: str, name: str) -> str:
    """The value of the first line that begins with ``name``; '' where there is no such file."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ''
    return next((line.partition(':')[2].strip() for line in lines if line.startswith(name)), '')
