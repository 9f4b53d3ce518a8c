"""How far a run has come, in a file: an interrupted one goes on where it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.torture.portions import Outcome


@dataclass
class Progress:
    """Of one part."""

    #: Where the portions that were tried begin.
    tried: list[int] = field(default_factory=list)
    done: int = 0
    #: Of all processes together.
    seconds: float = 0
    counts: dict[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    #: Portions that ended in an error, with their seeds.
    errors: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return not self.errors and not any(self.counts.get(name) for name in self.wrong)

    def add(self, outcome: Outcome) -> None:
        self.tried.append(outcome.portion.start)
        self.done += outcome.portion.size
        self.seconds += outcome.seconds
        self.errors += [outcome.error] if outcome.error else []
        self.wrong = outcome.wrong or self.wrong
        for name, counted in outcome.counts.items():
            self.counts[name] = self.counts.get(name, 0) + counted


@dataclass
class State:
    """Of one database."""

    path: Path
    database: str
    #: Its name and version.
    version: str = ''
    parts: dict[str, Progress] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, database: str) -> State:
        if not path.exists():
            return cls(path, database)
        known = json.loads(path.read_text())
        parts = {
            name: Progress(**one | {'wrong': tuple(one['wrong'])}) for name, one in known['parts'].items()
        }
        return cls(path, database, known['version'], parts)

    def of(self, name: str) -> Progress:
        return self.parts.setdefault(name, Progress())

    @property
    def kept(self) -> bool:
        return all(progress.kept for progress in self.parts.values())

    def write(self) -> None:
        """Whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix('.draft')
        parts = {name: asdict(one) for name, one in self.parts.items()}
        draft.write_text(json.dumps({'version': self.version, 'parts': parts}, indent=1))
        draft.replace(self.path)
