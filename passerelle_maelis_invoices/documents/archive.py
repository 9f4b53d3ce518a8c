"""One file for each document, in a ZIP archive."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ..domain.paris import PARIS


def write_archive(files: Iterable[tuple[str, bytes]], out: BinaryIO, *, made_at: datetime) -> None:
    """Names and contents, read one at a time; a name that came before gets a number."""
    seen: dict[str, int] = {}
    with ZipFile(out, 'w', ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = ZipInfo(_once(name, seen), made_at.astimezone(PARIS).timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)


def file_stem(text: str) -> str:
    """Nothing that a file system or a header could take for something else.

    >>> file_stem('../2026/30 é')
    '.._2026_30_'
    """
    return re.sub(r'[^A-Za-z0-9._-]+', '_', text)[:100] or '_'


def _once(name: str, seen: dict[str, int]) -> str:
    seen[name] = seen.get(name, 0) + 1
    stem, _, extension = name.rpartition('.')
    return name if seen[name] == 1 else f'{stem}-{seen[name]}.{extension}'
