"""What the portal was promised of one invoice: a model that knows nothing of how the product keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal('0.00')


@dataclass
class Promised:
    """Payments that were answered 2xx, by transaction; the first notification of each counts."""

    total: Decimal
    live: dict[str, Decimal] = field(default_factory=dict)
    reversed: set[str] = field(default_factory=set)
    #: Sets of payments that settle the invoice together, so long as all of them stand.
    settled_by: list[frozenset[str]] = field(default_factory=list)

    def acknowledge(self, transaction: str, amount: Decimal | None, *, shown: Decimal | None) -> None:
        """`amount` None: what is left to pay; `shown` is what was last read of it, None when nothing was.

        What exceeds it is a surplus, for a credit note: it pays nothing, even when another one is reversed.
        """
        if transaction in self.live or transaction in self.reversed:
            return
        left = min(self.most_payable, self.total if shown is None else shown)
        self.live[transaction] = left if amount is None else min(amount, left)
        if self.live[transaction] == left:
            self.settled_by.append(frozenset(self.live))

    def reverse(self, transaction: str) -> None:
        self.reversed.add(transaction)
        del self.live[transaction]

    @property
    def most_payable(self) -> Decimal:
        """No reader may be told that more than this is left to pay; nothing was promised before a payment."""
        if not self.live:
            return Decimal('Infinity')
        if any(payments <= self.live.keys() for payments in self.settled_by):
            return ZERO
        return max(ZERO, self.total - sum(self.live.values(), ZERO))
