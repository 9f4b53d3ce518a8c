"""Accounts that agree, and accounts in which one difference of each class was planted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from passerelle_maelis_invoices.domain.money import ZERO
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.domain.reconciliation import Account, Kind, OurPayment, Patience

NOW = datetime(2026, 3, 31, 20, tzinfo=UTC)
PATIENCE = Patience(lag=timedelta(minutes=10))
LONG_AGO, A_WHILE_AGO, JUST_NOW = timedelta(days=3), timedelta(hours=2), timedelta(minutes=2)


def a_payment(
    key: int,
    sent: Decimal,
    *,
    baseline: Decimal = ZERO,
    age: timedelta = LONG_AGO,
    state: State = State.CONFIRMED,
) -> OurPayment:
    """Accepted by Maelis so long ago."""
    return OurPayment(key, state, NOW - age, sent, sent, baseline, NOW - age)


def an_account(*payments: OurPayment, paid: Decimal | None) -> Account:
    return Account(payments, NOW, paid)


def moved(account: Account, by: Decimal) -> Account:
    """Maelis shows so much more."""
    return replace(account, paid_directly=(account.paid_directly or ZERO) + by)


def sent(payment: OurPayment) -> Decimal:
    return payment.sent or ZERO


class Town:
    """Invoices one after the other, each with keys and amounts of its own."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.key = 0

    def agreeing(self) -> Account:
        return self.chance.choice([self._whole, self._parts, self._pending, self._young, self._set_aside,
                                   self._reversed_and_gone, self._uncertain_but_there])()  # fmt: skip

    def planted(self, kind: Kind) -> Account:
        plant: Callable[[], Account] = getattr(self, f'_plant_{kind.value}')
        return plant()

    def _next(self) -> int:
        self.key += 1
        return self.key

    def _amount(self) -> Decimal:
        return Decimal(self.chance.randint(100, 99_999_999)) / 100

    def _before(self) -> Decimal:
        """What was paid at the counter before we came."""
        return self.chance.choice([ZERO, ZERO, self._amount()])

    # What is as it should be.

    def _whole(self) -> Account:
        amount, before = self._amount(), self._before()
        return an_account(a_payment(self._next(), amount, baseline=before), paid=before + amount)

    def _parts(self) -> Account:
        paid, payments = self._before(), []
        for age in (3, 2, 1):
            amount = self._amount()
            payments.append(a_payment(self._next(), amount, baseline=paid, age=timedelta(days=age)))
            paid += amount
        return an_account(*payments, paid=paid)

    def _pending(self) -> Account:
        return an_account(OurPayment(self._next(), State.RECORDED, NOW), paid=ZERO)

    def _young(self) -> Account:
        payment = a_payment(self._next(), self._amount(), age=JUST_NOW, state=State.DELIVERED)
        return an_account(payment, paid=ZERO)

    def _set_aside(self) -> Account:
        account = self._whole()
        again = OurPayment(self._next(), State.RECORDED, NOW)
        return replace(account, payments=[*account.payments, again])

    def _reversed_and_gone(self) -> Account:
        return an_account(a_payment(self._next(), self._amount(), state=State.REVERSED), paid=ZERO)

    def _uncertain_but_there(self) -> Account:
        amount = self._amount()
        lost = OurPayment(self._next(), State.UNCERTAIN, NOW, amount, amount, ZERO)
        account = self._whole()
        return moved(replace(account, payments=[*account.payments, lost]), amount)

    # What is not.

    def _plant_late(self) -> Account:
        payment = a_payment(self._next(), self._amount(), age=A_WHILE_AGO, state=State.DELIVERED)
        return an_account(payment, paid=ZERO)

    def _plant_lost(self) -> Account:
        """Accepted days ago, or shown once: beside another one that is there."""
        account = self._parts()
        lost = account.payments[self.chance.randrange(3)]
        state = self.chance.choice([State.DELIVERED, State.CONFIRMED])
        payments = [
            replace(item, state=state, acknowledged_at=NOW - LONG_AGO) if item is lost else item
            for item in account.payments
        ]
        return moved(replace(account, payments=payments), -sent(lost))

    def _plant_doubled(self) -> Account:
        account = self._whole()
        return replace(
            account, paid_directly=(account.paid_directly or ZERO) + (account.payments[0].sent or ZERO)
        )

    def _plant_amount(self) -> Account:
        return moved(self._whole(), Decimal('-0.01'))

    def _plant_reversed(self) -> Account:
        account = self._whole()
        return replace(account, payments=[replace(account.payments[0], state=State.REVERSED)])

    def _plant_elsewhere(self) -> Account:
        account = self._whole()
        return moved(account, sent(account.payments[0]) + Decimal('0.01'))

    def _plant_vanished(self) -> Account:
        return replace(self._whole(), vanished=True)

    def _plant_unknown(self) -> Account:
        return an_account(OurPayment(self._next(), State.RECORDED, NOW), paid=None)


def plant(seed: int, *, rows: int, differences: int) -> Iterator[tuple[Account, Kind | None]]:
    """So many accounts, in any order; `None` where nothing was planted."""
    town, kinds = Town(seed), [kind for kind in Kind if kind.value not in BANK]
    wanted: list[Kind | None] = [kinds[n % len(kinds)] for n in range(differences)]
    wanted += [None] * (rows - differences)
    town.chance.shuffle(wanted)
    for kind in wanted:
        yield (town.agreeing() if kind is None else town.planted(kind)), kind


BANK = ('bank-only', 'not-at-bank', 'bank-amount')
