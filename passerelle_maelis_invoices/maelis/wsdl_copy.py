"""A WSDL and its imports, kept in one file of a folder that is ours alone: who writes it diverts payments."""

import hashlib
import json
import logging
import os
import tempfile
from pathlib import Path

from ..settings import app_settings
from .wsdl import Documents

logger = logging.getLogger(__name__)


class WsdlCopy:
    def __init__(self, wsdl_url: str) -> None:
        name = hashlib.sha256(wsdl_url.encode()).hexdigest()
        self._path = Path(app_settings().WSDL_DIR) / f'{name}.json'

    def stamp(self) -> int:
        """Changes when another process refreshes the copy; 0 when there is none."""
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0

    def read(self) -> Documents | None:
        """``None`` when there is no copy, or none that can be trusted."""
        try:
            if not _is_private(self._path.parent):
                return None
            documents = json.loads(self._path.read_text(encoding='utf-8'))
        except (OSError, ValueError):
            return None
        return documents if isinstance(documents, dict) else None

    def write(self, documents: Documents) -> None:
        """Whole or not at all. Failing to write is only logged: each process then fetches its own."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_private(self._path.parent):
                raise PermissionError('folder is open to other users')
            _replace(self._path, json.dumps(documents))
        except OSError as error:
            logger.warning('no copy of the WSDL is kept in %s: %s', self._path.parent, error)


def _is_private(folder: Path) -> bool:
    status = folder.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, 'w', encoding='utf-8') as stream:
            stream.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
