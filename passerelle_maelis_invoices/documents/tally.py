from collections.abc import Iterable, Iterator
from decimal import Decimal

from ..domain.money import ZERO
from .rows import Row
from .tables import Table


class Tally:
    """Counts rows and adds their amounts up while they go by; unknown amounts add nothing."""

    def __init__(self, table: Table) -> None:
        self._column = table.total
        self.count = 0
        self.total: Decimal = ZERO

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.count += 1
            self.total += getattr(row, self._column) or ZERO
            yield row
