"""Settings that come from environment variables."""

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from demo.sqlite import sqlite_options

ENGINES = {
    'sqlite': 'django.db.backends.sqlite3',
    'postgres': 'django.db.backends.postgresql',
    'postgresql': 'django.db.backends.postgresql',
}


def database_settings(url: str) -> dict[str, Any]:
    """An entry of Django's `DATABASES`. Raises `ValueError`, with the spellings that are understood.

    >>> database_settings('sqlite:////srv/maelis.sqlite3')['NAME']
    '/srv/maelis.sqlite3'
    """
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix('/'))
    if parts.scheme not in ENGINES or not name.strip('/'):
        raise ValueError(
            'DATABASE_URL must look like sqlite:///relative/path, sqlite:////absolute/path, '
            'postgres://user:password@host:port/name or postgres:///name?host=/socket/directory'
        )
    if parts.scheme == 'sqlite':
        return {'ENGINE': ENGINES['sqlite'], 'NAME': name, 'OPTIONS': sqlite_options()}
    options = dict(parse_qsl(parts.query))
    return {
        'ENGINE': ENGINES[parts.scheme],
        'NAME': name,
        'USER': options.pop('user', unquote(parts.username or '')),
        'PASSWORD': options.pop('password', unquote(parts.password or '')),
        'HOST': options.pop('host', unquote(parts.hostname or '')),
        'PORT': options.pop('port', str(parts.port or '')),
        'OPTIONS': options,
    }


def settings_from(environment: Mapping[str, str], *prefixes: str) -> dict[str, Any]:
    """The variables that begin with one of `prefixes`; a text that is JSON is decoded."""
    return {name: _decoded(value) for name, value in environment.items() if name.startswith(prefixes)}


def kept_secret(path: Path) -> str:
    """A random key that outlives the process: written on first use, readable by its owner only.

    Processes that start together agree: the first link wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f'{path.name}.{secrets.token_hex(8)}')
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
