"""The kinds of invoices of the town, as a table: when they are due, and how much of them is paid."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from demo.simulator.household import Household
from demo.simulator.invoice import Invoice, Line
from demo.simulator.words import ACTIVITIES, CREDIT, EXEMPTION, MONTHS

CENT = Decimal('0.01')


@dataclass(frozen=True)
class Kind:
    """`deadline` is a range of days from today; `paid` and `treasury` are shares of the amount."""

    deadline: tuple[int, int]
    paid: str = '0'
    treasury: str = '0'
    sign: int = 1
    weight: int = 1


KINDS = {
    'future': Kind((5, 40), weight=6),
    'today': Kind((0, 0)),
    'overdue': Kind((-90, -1), weight=3),
    'paid': Kind((-400, -20), paid='1', weight=5),
    'part_paid': Kind((3, 40), paid='0.4', weight=2),
    'credit': Kind((5, 40), sign=-1),
    'zero': Kind((-200, 30), sign=0),
    'treasury': Kind((-200, -70), treasury='1'),
    'treasury_part': Kind((-200, -70), paid='0.25', treasury='0.5'),
}


def invoice(
    dice: Random, kind: Kind, *, house: Household, regie: str, number: int, today: date, has_pdf: bool
) -> Invoice:
    deadline = today + timedelta(days=dice.randint(*kind.deadline))
    issued = min(deadline - timedelta(days=dice.randint(20, 45)), today - timedelta(days=dice.randint(0, 6)))
    lines = _lines(dice, kind.sign, house, regie, issued)
    amount = sum((line.amount for line in lines), Decimal('0.00'))
    return Invoice(
        family=str(house.family),
        name=house.name,
        regie=regie,
        number=str(number),
        label=f'{lines[0].label} – {MONTHS[lines[0].start.month - 1]} {lines[0].start.year}',
        issued=issued,
        deadline=deadline,
        payer=house.payer,
        lines=lines,
        amount=amount,
        paid=(amount * Decimal(kind.paid)).quantize(CENT),
        treasury=(amount * Decimal(kind.treasury)).quantize(CENT),
        has_pdf=has_pdf,
    )


def _lines(dice: Random, sign: int, house: Household, regie: str, issued: date) -> tuple[Line, ...]:
    if sign < 0:
        return (_line(dice, 1, house, regie, issued, label=CREDIT, sign=-1),)
    lines = tuple(_line(dice, n + 1, house, regie, issued) for n in range(dice.randint(1, 4)))
    return lines if sign else (lines[0], _cancelling(lines[0]))


def _line(
    dice: Random, number: int, house: Household, regie: str, issued: date, *, label: str = '', sign: int = 1
) -> Line:
    activity, cents = dice.choice(ACTIVITIES[regie])
    child = dice.choice(house.children)
    price = sign * (cents + house.family % 7 * 5)
    month_end = issued.replace(day=1) - timedelta(days=1)
    return Line(
        number=number,
        person=house.person(child),
        name=f'{child} {house.name}',
        activity=f'ACT{cents}',
        label=label or activity,
        start=month_end.replace(day=1),
        end=month_end,
        quantity=Decimal(dice.randint(1, 12 if cents < 2000 else 2)),
        unit_price=Decimal(price).scaleb(-2),
    )


def _cancelling(line: Line) -> Line:
    return replace(line, number=2, label=EXEMPTION, unit_price=-line.unit_price)
