"""The journal of the `payInvoices` applied: the truth against which lost and doubled ones are counted."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One `payInvoices` that took effect.

    `n` counts from 1; `number` is the first of `numbers`; `parts` says how much went to each; `time` is
    when it was applied (ISO, UTC) and `paid_at` the date that the caller gave, as it wrote it.
    """

    n: int
    time: str
    family: str
    regie: str
    number: str
    numbers: tuple[str, ...]
    amount: str
    parts: dict[str, str]
    reference: str
    paid_at: str

    @property
    def seconds(self) -> float:
        return datetime.fromisoformat(self.time).timestamp()


class Journal:
    """In memory, and as JSON lines in a file when there is one; the file's entries come back at the start."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.entries: list[Entry] = _replay(path) if path else []

    def append(self, **facts: object) -> Entry:
        """The line has left this process when this returns, so that killing it loses nothing."""
        time = datetime.now(UTC).isoformat()
        entry = Entry(n=len(self.entries) + 1, time=time, **facts)  # type: ignore[arg-type]
        if self.path:
            _append_line(self.path, json.dumps(asdict(entry), ensure_ascii=False))
        self.entries.append(entry)
        return entry

    def forget(self) -> None:
        """The file is emptied, and left to another journal."""
        if self.path:
            self.path.write_bytes(b'')
        self.path = None
        self.entries.clear()


def _append_line(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f'{line}\n'.encode())
    finally:
        os.close(descriptor)


def _replay(path: Path) -> list[Entry]:
    """A last line cut by a kill is dropped from the file: that payment was never answered."""
    if not path.exists():
        return []
    whole, newline, rest = path.read_bytes().rpartition(b'\n')
    if rest:
        path.write_bytes(whole + newline)
    return [_entry(line) for line in whole.splitlines() if line]


def _entry(line: bytes) -> Entry:
    facts = json.loads(line)
    return Entry(**{**facts, 'numbers': tuple(facts['numbers'])})
