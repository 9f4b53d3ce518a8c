"""Who is who in a family of the invented town."""

from dataclasses import dataclass
from random import Random

from demo.simulator.invoice import Payer
from demo.simulator.words import CIVILITIES, FIRSTNAMES, LASTNAMES


@dataclass(frozen=True)
class Household:
    family: int
    name: str
    payer: Payer
    children: tuple[str, ...]

    def person(self, child: str) -> str:
        return f'{self.family}{self.children.index(child) + 2}'


def household(dice: Random, family: int) -> Household:
    name = dice.choice(LASTNAMES)
    payer = Payer(f'{family}1', dice.choice(CIVILITIES), name, dice.choice(FIRSTNAMES))
    return Household(family, name, payer, tuple(dice.sample(FIRSTNAMES, dice.randint(1, 4))))
