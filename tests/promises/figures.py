"""What a scenario counted, as one line that can be read and added to others of its kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Self


@dataclass
class Figures:
    """`counts` are sizes and results; those named in `wrong` must all be zero."""

    name: str
    database: str
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    wrong: tuple[str, ...] = ('lost', 'doubled')

    def __str__(self) -> str:
        counted = ', '.join(f'{self.counts[name]:,} {name}' for name in [*self._sizes, *self.wrong])
        return f'{self.name} on {self.database}, seed {self.seed}: {counted}'

    @property
    def kept(self) -> bool:
        return not any(self.counts[name] for name in self.wrong)

    def add(self, other: Self) -> None:
        self.counts.update(other.counts)

    def check(self) -> None:
        """Prints the line; fails when something must be zero and is not."""
        print(f'\n{self}')
        assert self.kept, str(self)

    @property
    def _sizes(self) -> list[str]:
        return [name for name in self.counts if name not in self.wrong]
