"""P20: exactly the differences that were planted between our rows and Maelis's figures are listed."""

from __future__ import annotations

from collections import Counter

from passerelle_maelis_invoices.domain.reconciliation import differences
from tests.promises.figures import Figures
from tests.promises.stage import Stage
from tests.reconciliation.planted import PATIENCE, plant

#: One account in so many has a difference.
RARITY = 100


def find_differences(stage: Stage, *, accounts: int, number: int) -> Figures:
    """The rule alone, on accounts of every kind; no database has a say in it."""
    wrong = ('missed', 'invented')
    counts = compared(accounts=accounts, planted=accounts // RARITY, number=number)
    return Figures('P20', stage.site.vendor, number, counts, wrong)


def compared(*, accounts: int, planted: int, number: int) -> Counter[str]:
    counts: Counter[str] = Counter({'missed': 0, 'invented': 0})
    for account, kind in plant(number, rows=accounts, differences=planted):
        expected = Counter([] if kind is None else [(account.payments[0].key, kind)])
        found = Counter((account.payments[0].key, item.kind) for item in differences(account, PATIENCE))
        counts['accounts'] += 1
        counts['planted'] += expected.total()
        counts['missed'] += (expected - found).total()
        counts['invented'] += (found - expected).total()
    return counts
