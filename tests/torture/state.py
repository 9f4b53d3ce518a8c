"""How far a run has come, in a file: an interrupted one goes on where it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Progress:
    """Of one part."""

    done: int = 0
    seconds: float = 0
    counts: dict[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    #: Portions that ended in an error, with their seeds.
    errors: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return not self.errors and not any(self.counts.get(name) for name in self.wrong)


@dataclass
class State:
    path: Path
    parts: dict[str, Progress] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> State:
        known = json.loads(path.read_text()) if path.exists() else {}
        return cls(
            path, {name: Progress(**{**one, 'wrong': tuple(one['wrong'])}) for name, one in known.items()}
        )

    def of(self, name: str) -> Progress:
        return self.parts.setdefault(name, Progress())

    def write(self) -> None:
        """Whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix('.draft')
        draft.write_text(json.dumps({name: asdict(one) for name, one in self.parts.items()}, indent=1))
        draft.replace(self.path)
