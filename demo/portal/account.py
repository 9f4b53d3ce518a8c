"""One citizen's invoices over all régies, read side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from demo.portal.connector import Connector, ConnectorTroubleError, InvoiceList, Regie
from demo.portal.invoice import Invoice

SIDE_BY_SIDE = 9


@dataclass(frozen=True)
class RegieList:
    """A régie's part of a cell: its list, or the trouble met."""

    regie: Regie
    answer: InvoiceList | None
    trouble: str = ''

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        return self.answer.invoices if self.answer else ()


@dataclass(frozen=True)
class Cell:
    """A cell of the portal ("Factures actives" or "Historique des factures")."""

    lists: tuple[RegieList, ...]

    @property
    def shown(self) -> list[RegieList]:
        return [part for part in self.lists if part.invoices or part.trouble]

    @property
    def empty(self) -> list[RegieList]:
        return [part for part in self.lists if not part.invoices and not part.trouble]

    @property
    def count(self) -> int:
        return sum(len(part.invoices) for part in self.lists)

    @property
    def total_left(self) -> Decimal:
        return sum((invoice.left for part in self.lists for invoice in part.invoices), Decimal(0))

    @property
    def has_pending(self) -> bool:
        return any(invoice.is_pending for part in self.lists for invoice in part.invoices)


@dataclass(frozen=True)
class Account:
    regies: tuple[Regie, ...]
    active: Cell
    history: Cell

    @property
    def is_empty(self) -> bool:
        return not self.active.shown and not self.history.shown

    @property
    def has_pending(self) -> bool:
        return self.active.has_pending or self.history.has_pending


def read_account(connector: Connector, name_id: str, wanted: str = '') -> Account:
    """The invoices of all régies, or of the one that is wanted.

    Raises ConnectorTroubleError only when not even the list of régies can be read.
    """
    regies = connector.regies()
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        pairs = list(pool.map(lambda regie: _both_lists(connector, regie, name_id), _chosen(regies, wanted)))
    return Account(
        tuple(regies), Cell(tuple(pair[0] for pair in pairs)), Cell(tuple(pair[1] for pair in pairs))
    )


def _chosen(regies: list[Regie], wanted: str) -> list[Regie]:
    return [regie for regie in regies if regie.id == wanted] or regies


def _both_lists(connector: Connector, regie: Regie, name_id: str) -> tuple[RegieList, RegieList]:
    """One after the other, so that the second finds the fresh copy that the first one left."""
    return (
        _one_list(regie, lambda: connector.active_invoices(regie.id, name_id)),
        _one_list(regie, lambda: connector.paid_invoices(regie.id, name_id)),
    )


def _one_list(regie: Regie, read: Callable[[], InvoiceList]) -> RegieList:
    try:
        return RegieList(regie, read())
    except ConnectorTroubleError as trouble:
        return RegieList(regie, None, trouble.message)
