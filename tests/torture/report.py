"""The figures of a run, as a page."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import django

from tests.torture.state import Progress, State

ASSUMPTIONS = """\
- A committed `payInvoices` shows in `readInvoices` within the connector's payment lag.
- The database keeps what it committed. Processes were killed and PostgreSQL crashed, not the machine; the
  run's own PostgreSQL does not wait for the disk (`fsync` off), SQLite does (`synchronous=FULL`).
- Callers keep their `transaction_id` when they try again, and say when the citizen paid.
"""


def page(state: State, *, sizes: dict[str, int], scale: str, seed: int) -> str:
    """`sizes` are the full ones."""
    known = [name for name in sizes if name in state.parts]
    lines = '\n'.join(f'- {line(name, state.parts[name], sizes[name])}' for name in known)
    errors = [error for progress in state.parts.values() for error in progress.errors]
    told = '\n## Errors\n\n' + '\n'.join(f'```\n{error}\n```' for error in errors) if errors else ''
    return (
        f'# Long run on {state.version}, {_today()}\n\n'
        f'`python3 run.py torture`, scale {scale}, seed {seed}, on {_machine()}.\n\n'
        f'## Figures\n\n{lines}\n\n## What is assumed\n\n{ASSUMPTIONS}{told}'
    )


def line(name: str, progress: Progress, full: int) -> str:
    if not progress.tried:
        return f'**{name}** was not tried yet'
    order = [*(key for key in progress.counts if key not in progress.wrong), *progress.wrong]
    counted = ', '.join(f'{progress.counts.get(key, 0):,} {key}' for key in order)
    verdict = 'kept' if progress.kept else 'BROKEN'
    share = '' if progress.done == full else f', {progress.done / full:.1%} of the full size'
    return f'**{name}** {verdict}: {counted} ({progress.seconds / 60:,.0f} min of a process{share})'


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _machine() -> str:
    return (
        f'{os.cpu_count()} cores, {_memory()} GB of memory, {platform.system()}, '
        f'Python {platform.python_version()}, Django {django.get_version()}'
    )


def _memory() -> int:
    return round(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9)


def file_for(folder: Path, vendor: str) -> Path:
    return folder / f'torture-{_today()}-{vendor}.md'
