"""Figures that were stated and are not any more: money or a deadline does not vanish without a word.

One answer alone cannot tell: an ``amountPaid`` that is nil means that nothing is paid.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from .invoices import ReadInvoice

#: Figures that may rightly be unstated, and the elements that state them.
STATED_BY = {'paid_directly': 'amountPaid', 'paid_at_treasury': 'amountPaidTG', 'due_date': 'dateDeadline'}


class Held(Protocol):
    """What we hold of an invoice."""

    @property
    def paid_directly(self) -> Decimal: ...

    @property
    def paid_at_treasury(self) -> Decimal: ...

    @property
    def due_date(self) -> date | None: ...


def lost_figures(before: Mapping[str, Held], read: Sequence[ReadInvoice]) -> Iterator[str]:
    """Elements that no invoice of the answer has, although one of them had a figure ``before``, by number."""
    for figure, element in STATED_BY.items():
        if not any(item.bean.get(element) for item in read) and any(
            _had(before.get(item.figures.number), figure) for item in read
        ):
            yield element


def _had(before: Held | None, figure: str) -> bool:
    """A date, or an amount other than zero."""
    return before is not None and bool(getattr(before, figure))
