"""What a run stands on: a database that goes away afterwards, a Maelis that costs nothing, a size."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.postgresql import PostgreSQL

Size = Literal['small', 'usual', 'full']
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Ground:
    size: Size
    folder: Path
    #: Address of the canned Maelis.
    maelis: str
    #: ``None`` where PostgreSQL is not installed.
    postgresql: PostgreSQL | None

    @property
    def wsdl_url(self) -> str:
        return f'{self.maelis}/InvoiceService?wsdl'

    def service_url(self, behaviour: str = '') -> str:
        """``behaviour``: 'ms/200', 'hang', or '' to answer at once."""
        return f'{self.maelis}/{behaviour}'

    @contextmanager
    def on_postgresql(self, name: str) -> Iterator[bool]:
        """The ORM of this process on an empty database of that name; False where there is no PostgreSQL."""
        if self.postgresql is None:
            yield False
            return
        with _connected_to(self.postgresql.create(name)):
            yield True

    @contextmanager
    def on_sqlite(self, name: str) -> Iterator[None]:
        """The same on a file of that name, which goes away afterwards."""
        path = self.folder / f'{name}.sqlite3'
        with _connected_to(f'sqlite:///{path}'):
            yield
        path.unlink()

    def times(self, usual: int) -> int:
        """So many, or a fifth in a small run."""
        return max(1, usual // 5) if self.size == 'small' else usual


@contextmanager
def prepared(size: Size) -> Iterator[Ground]:
    """Django is set up on an empty SQLite file."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix='maelis-bench-')))
        _set_up_django(folder)
        maelis = stack.enter_context(_canned_maelis())
        yield Ground(size, folder, maelis, _postgresql(stack))


@contextmanager
def _connected_to(url: str) -> Iterator[None]:
    from django.core.management import call_command
    from django.db import connections

    from tests.site import connected_to

    with connected_to(url):
        connections['default'].settings_dict['CONN_MAX_AGE'] = None
        call_command('migrate', verbosity=0)
        yield


def _set_up_django(folder: Path) -> None:
    os.environ.update(
        DATABASE_URL=f'sqlite:///{folder}/bench.sqlite3',
        SECRET_KEY='bench',  # noqa: S106
        DJANGO_SETTINGS_MODULE='benchmarks.settings',
        MAELIS_INVOICES_WSDL_DIR=str(folder / 'wsdl'),
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command('migrate', verbosity=0)


@contextmanager
def _canned_maelis() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, '-m', 'benchmarks.canned_maelis'],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout  # noqa: S101
    try:
        yield f'http://127.0.0.1:{process.stdout.readline().strip()}'
    finally:
        process.communicate()


def _postgresql(stack: ExitStack) -> PostgreSQL | None:
    from tests.postgresql import find_binaries, throw_away_server

    binaries = find_binaries()
    return stack.enter_context(throw_away_server(binaries)) if binaries else None
