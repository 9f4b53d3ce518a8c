"""The bank's transactions against ours: by reference, else by amount and day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .bank_file import BankLine
from .money import ZERO
from .reconciliation import Kind


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one transaction of the portal paid, over all its invoices."""

    key: int
    #: Its own reference, the order's and the bank's.
    references: frozenset[str]
    #: The reference that people are told.
    name: str
    #: ``None``: not known yet, so that it agrees with any.
    amount: Decimal | None
    day: date
    #: Expected in the file; others are there only so that a line of the file finds them.
    expected: bool = True


@dataclass(frozen=True, slots=True)
class BankDifference:
    kind: Kind
    #: ``None`` for what is unknown here.
    key: int | None
    reference: str
    day: date | None
    expected: Decimal | None
    shown: Decimal | None
    amount: Decimal


def bank_differences(
    lines: Iterable[BankLine], transactions: Sequence[Transaction]
) -> Iterator[BankDifference]:
    """Lines with one reference are added up: a refund beside a payment is no difference of its own."""
    by_reference = {name: item for item in transactions for name in item.references if name}
    found: dict[int, list[BankLine]] = defaultdict(list)
    strangers: list[BankLine] = []
    for line in lines:
        known = by_reference.get(line.reference)
        (strangers if known is None else found[known.key]).append(line)
    alone = {item.key: item for item in transactions if item.expected and item.key not in found}
    for line in strangers:
        if not _same_amount_and_day(line, alone):
            yield BankDifference(
                Kind.BANK_ONLY, None, line.reference, line.day, None, line.amount, line.amount
            )
    for item in transactions:
        yield from _of_transaction(item, found, alone)


def _same_amount_and_day(line: BankLine, alone: dict[int, Transaction]) -> bool:
    """Takes the transaction out of ``alone``: one line of the bank explains one of ours."""
    same = (key for key, item in alone.items() if (item.amount, item.day) == (line.amount, line.day))
    key = next(same, None)
    return key is not None and alone.pop(key, None) is not None


def _of_transaction(
    item: Transaction, found: Mapping[int, Sequence[BankLine]], alone: Mapping[int, Transaction]
) -> Iterator[BankDifference]:
    if item.amount is None:
        return
    if item.key in alone:
        yield BankDifference(Kind.NOT_AT_BANK, item.key, item.name, item.day, item.amount, None, -item.amount)
    elif item.key in found:
        shown = sum((line.amount for line in found[item.key]), ZERO)
        if shown != item.amount:
            yield BankDifference(
                Kind.BANK_AMOUNT, item.key, item.name, item.day, item.amount, shown, shown - item.amount
            )
