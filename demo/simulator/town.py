"""The invented town. A family is derived from the seed and its number when it is asked for.

Thousands of families therefore cost nothing until somebody reads them, and the same seed on the same
day always gives the same town. Family 1001 has a bit of everything, for demonstrations.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random

from demo.simulator.household import household
from demo.simulator.invoice import Invoice
from demo.simulator.kinds import KINDS, invoice
from demo.simulator.words import REGIES

FIRST_FAMILY = 1001
SHOWCASE = 1001
SHOWCASE_KINDS = (
    'paid', 'zero', 'treasury', 'treasury_part', 'overdue', 'paid', 'part_paid', 'credit', 'today', 'future',
    'future', 'future',
)  # fmt: skip
NOTHING_FOR_THE_SHOWCASE = 'BIB'
NUMBERS_PER_FAMILY = 20
LIKELY_REGIES, LIKELY_PDF = 0.4, 0.7
CODES = tuple(regie.code for regie in REGIES)


@dataclass(frozen=True)
class Town:
    seed: int
    families: int
    today: date

    def has(self, family: int) -> bool:
        return FIRST_FAMILY <= family < FIRST_FAMILY + self.families

    def invoices(self, family: int, regie: str) -> tuple[Invoice, ...]:
        """Empty for families and régies that do not exist, too."""
        if not self.has(family) or regie not in CODES:
            return ()
        return _invoices(self.seed, self.today, family, regie)

    def invoice(self, regie: str, number: str) -> Invoice | None:
        """Numbers are unique within a régie only: `30` of régie `007` is not `30` of régie `SEN`."""
        if regie not in CODES or not number.isdecimal():
            return None
        found = self.invoices(_owner(regie, int(number)), regie)
        return next((invoice for invoice in found if invoice.number == number), None)


@lru_cache(maxsize=20_000)
def _invoices(seed: int, today: date, family: int, regie: str) -> tuple[Invoice, ...]:
    house = household(Random(f'{seed}/{family}'), family)
    dice = Random(f'{seed}/{family}/{regie}')
    first = _first_number(regie, family)
    return tuple(
        invoice(
            dice,
            KINDS[kind],
            house=house,
            regie=regie,
            number=first + n,
            today=today,
            has_pdf=kind != 'zero' if family == SHOWCASE else dice.random() < LIKELY_PDF,
        )
        for n, kind in enumerate(_kinds(dice, family, regie))
    )


def _kinds(dice: Random, family: int, regie: str) -> tuple[str, ...]:
    if family == SHOWCASE:
        return () if regie == NOTHING_FOR_THE_SHOWCASE else SHOWCASE_KINDS
    if dice.random() > LIKELY_REGIES:
        return ()
    weights = [kind.weight for kind in KINDS.values()]
    return tuple(dice.choices(tuple(KINDS), weights, k=dice.randint(1, 6)))


def _first_number(regie: str, family: int) -> int:
    """Régies share numbers, by pairs for the same family, else for its neighbours."""
    return (family - FIRST_FAMILY + CODES.index(regie) // 2) * NUMBERS_PER_FAMILY + 1


def _owner(regie: str, number: int) -> int:
    return (number - 1) // NUMBERS_PER_FAMILY + FIRST_FAMILY - CODES.index(regie) // 2
