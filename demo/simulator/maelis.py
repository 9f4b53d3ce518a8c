"""The whole of it: the books, the service, the faults, the counters and the door, under one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any

from demo.simulator.armoury import Armoury
from demo.simulator.books import Books
from demo.simulator.door import Door, State
from demo.simulator.journal import Journal
from demo.simulator.service import Service
from demo.simulator.style import STYLES
from demo.simulator.town import CODES, FIRST_FAMILY, Town
from demo.simulator.waiting import Waiting


@dataclass(frozen=True)
class Options:
    """How it is started; `credentials` are those that WS-Security asks for."""

    families: int
    seed: int
    today: date
    style: str = 'default'
    lag: float = 0
    journal: Path | None = None
    credentials: tuple[str, str] | None = None


class Maelis:
    def __init__(self, options: Options) -> None:
        self.options = options
        town = Town(options.seed, options.families, options.today)
        self.books = Books(town, Journal(options.journal), options.lag)
        self.service = Service(self.books, STYLES[options.style], options.credentials)
        self.armoury = Armoury(options.seed)
        self.calls: Counter[str] = Counter()
        self.waiting = Waiting()
        self.down = False
        self.door: Door | None = None
        self._lock = Lock()

    @property
    def address(self) -> str:
        assert self.door is not None  # noqa: S101
        host = '127.0.0.1' if self.door.host == '0.0.0.0' else self.door.host  # noqa: S104
        return f'http://{host}:{self.door.port}'

    def open(self, door: Door) -> None:
        self.door = door
        self.service.address = f'{self.address}/services/InvoiceService'

    def count(self, name: str) -> None:
        with self._lock:
            self.calls[name] += 1

    def set(
        self,
        *,
        lag: float | None = None,
        down: bool | None = None,
        refuse_duplicates: bool | None = None,
        faults: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Changes what is given; raises `ValueError`, and changes nothing, when a fault makes no sense."""
        if faults is not None:
            self.armoury.replace(list(faults))
        if lag is not None:
            self.books.lag = float(lag)
        if refuse_duplicates is not None:
            self.books.refuse_duplicates = bool(refuse_duplicates)
        if down is not None:
            self.down = bool(down)
        self.mind_the_door()

    def mind_the_door(self) -> None:
        """Opens or closes it, as the settings and the armed faults want it."""
        whole_port: Any = self.armoury.whole_port()
        state: State = 'refuse' if self.down else whole_port or 'open'
        if self.door:
            self.door.set(state)

    def reset(self, *, town: bool = True) -> None:
        """As new; without `town`, payments, money and changed invoices stay, and so does the journal."""
        self.armoury.forget()
        self.calls.clear()
        self.waiting.forget()
        self.set(lag=self.options.lag, down=False, refuse_duplicates=False)
        if town:
            self._take_new_books()

    def _take_new_books(self) -> None:
        """A request that is still under way ends in the old ones, and shows nowhere."""
        self.books.journal.forget()
        self.books = Books(self.books.town, Journal(self.options.journal), self.options.lag)
        self.service = self.service.with_books(self.books)

    def add_money(self, regie: str, number: str, amount: str, *, treasury: bool = False) -> None:
        self.books.add_money(str(regie), str(number), Decimal(str(amount)), treasury=treasury)

    def state(self) -> dict[str, Any]:
        return {
            'address': self.address,
            'wsdl_url': f'{self.service.address}?wsdl',
            'service_url': self.service.address,
            'seed': self.options.seed,
            'style': self.options.style,
            'today': self.options.today.isoformat(),
            'regies': CODES,
            'first_family': FIRST_FAMILY,
            'families': self.options.families,
            'lag': self.books.lag,
            'down': self.down,
            'refuse_duplicates': self.books.refuse_duplicates,
            'faults': [fault.to_json() for fault in self.armoury.armed],
            'struck': dict(self.armoury.struck),
            'calls': dict(self.calls),
            'most_at_once': dict(self.waiting.most),
            'payments': len(self.books.journal.entries),
        }
