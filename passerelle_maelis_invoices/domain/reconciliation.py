"""Our payments against the figures that Maelis shows, invoice by invoice: what does not agree, what to do.

Maelis shows one figure per invoice, not the payments in it. What it showed before our first payment left is
known; what it shows now, less that, is what our payments explain, or do not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from .money import ZERO
from .payment_states import State


class Kind(StrEnum):
    LATE = 'late'
    LOST = 'lost'
    DOUBLED = 'doubled'
    AMOUNT = 'amount'
    REVERSED = 'reversed'
    ELSEWHERE = 'elsewhere'
    VANISHED = 'vanished'
    UNKNOWN = 'unknown'
    BANK_ONLY = 'bank-only'
    NOT_AT_BANK = 'not-at-bank'
    BANK_AMOUNT = 'bank-amount'

    @property
    def action(self) -> str:
        return ACTIONS[self]


ACTIONS = {
    Kind.LATE: 'Attendre, puis refaire le rapprochement ; si Maelis tarde souvent, allonger le délai '
    'd’apparition du connecteur.',
    Kind.LOST: 'Vérifier dans Maelis : le saisir s’il n’y est pas. Il n’est jamais renvoyé de lui-même.',
    Kind.DOUBLED: 'Vérifier dans Maelis : retirer le second règlement, sauf s’il vient d’un autre paiement.',
    Kind.AMOUNT: 'Corriger le montant dans Maelis, ou chercher qui l’y a modifié.',
    Kind.REVERSED: 'Retirer ce règlement de Maelis ; s’il n’y est plus, le déclarer retiré ici.',
    Kind.ELSEWHERE: 'Rien à faire si la somme vient du guichet ou d’un prélèvement ; sinon, la chercher '
    'dans Maelis.',
    Kind.VANISHED: 'Demander ce qu’est devenue la facture ; rembourser ou rattacher le règlement.',
    Kind.UNKNOWN: 'Rattacher le règlement à la bonne facture, ou le rendre au payeur.',
    Kind.BANK_ONLY: 'Importer le paiement manqué, s’il est bien de cette régie.',
    Kind.NOT_AT_BANK: 'Attendre le prochain relevé ; puis annuler le règlement s’il n’a pas été encaissé.',
    Kind.BANK_AMOUNT: 'Comparer avec le relevé de la banque ; créer un avoir ou réclamer la différence.',
}

#: Maelis accepted it, and it stands.
HELD = (State.DELIVERED, State.CONFIRMED)
#: Nobody knows whether Maelis holds it: it may explain a figure, and need not.
PERHAPS_HELD = (State.SENDING, State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class OurPayment:
    """One of our payments of an invoice; ``key`` is what the caller knows it by."""

    key: int
    state: State
    received_at: datetime
    #: What was paid, as far as it is known.
    amount: Decimal = ZERO
    #: What Maelis was sent, and what it showed as paid before, treasury left out; ``None``: never sent.
    sent: Decimal | None = None
    baseline: Decimal | None = None
    acknowledged_at: datetime | None = None
    #: For a reversed one: a person or a reading found it removed from Maelis.
    withdrawn: bool = False
    #: Money from elsewhere that was known when it was recorded, treasury included; ``None``: nothing was.
    elsewhere: Decimal | None = ZERO

    @property
    def applied(self) -> bool:
        """Maelis accepted it, whatever became of it since."""
        return self.acknowledged_at is not None and self.sent is not None and self.baseline is not None


@dataclass(frozen=True, slots=True)
class Account:
    """One invoice with all our payments of it, and what Maelis showed when it was read."""

    payments: Sequence[OurPayment]
    read_at: datetime
    #: Treasury left out; ``None`` when Maelis does not list the invoice.
    paid_directly: Decimal | None
    paid_at_treasury: Decimal = ZERO
    #: It was listed once.
    vanished: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Maelis may take: a payment not shown is late after ``lag``, lost after ``lost_after``."""

    lag: timedelta
    lost_after: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Kind
    #: The key of the payment that it is about, or of the invoice's last one.
    key: int
    expected: Decimal | None
    shown: Decimal | None
    #: What is missing (below zero) or too much.
    amount: Decimal


def differences(account: Account, patience: Patience) -> Iterator[Difference]:
    """None when the account is as it should be; several when several things went wrong."""
    standing = [payment for payment in account.payments if payment.state is not State.REVERSED]
    if account.paid_directly is not None and not account.vanished:
        yield from _of_figures(account, account.paid_directly, patience)
    elif standing:
        kind = Kind.VANISHED if account.vanished else Kind.UNKNOWN
        at_stake = sum((payment.amount for payment in standing), ZERO)
        yield Difference(kind, _last(standing).key, at_stake, account.paid_directly, -at_stake)


def _of_figures(account: Account, paid: Decimal, patience: Patience) -> Iterator[Difference]:
    applied = sorted((p for p in account.payments if p.applied), key=_when_accepted)
    if not applied:
        yield from _not_ours(account, paid + account.paid_at_treasury)
        return
    held = [payment for payment in applied if payment.state in HELD]
    expected = _baseline(applied) + _sent(held)
    if paid < expected:
        yield from _missing(account, held, paid, expected, patience)
    elif paid > expected:
        yield from _too_much(account, applied, paid, expected)


def _missing(
    account: Account, held: list[OurPayment], paid: Decimal, expected: Decimal, patience: Patience
) -> Iterator[Difference]:
    """The payments that together are what is missing; those accepted a moment ago may still come."""
    absent = _that_sum_to(expected - paid, held)
    if not absent:
        if _may_still_come(account, held, expected - paid, patience):
            return
        last = _last(held or list(account.payments))
        yield Difference(Kind.AMOUNT, last.key, expected, paid, paid - expected)
    for payment in absent:
        kind = _late_or_lost(payment, account.read_at, patience)
        if kind is not None:
            yield Difference(kind, payment.key, expected, paid, -(payment.sent or ZERO))


def _too_much(
    account: Account, applied: list[OurPayment], paid: Decimal, expected: Decimal
) -> Iterator[Difference]:
    excess = paid - expected
    for payment in applied:
        if payment.state is State.REVERSED and not payment.withdrawn and ZERO < _sent([payment]) <= excess:
            excess -= _sent([payment])
            yield Difference(Kind.REVERSED, payment.key, expected, paid, _sent([payment]))
    doubled = next((p for p in applied if p.state in HELD and p.sent == excess), None)
    if excess and doubled is not None:
        yield Difference(Kind.DOUBLED, doubled.key, expected, paid, excess)
    elif excess and not _that_sum_to(excess, [p for p in account.payments if p.state in PERHAPS_HELD]):
        yield Difference(Kind.ELSEWHERE, _last(account.payments).key, expected, paid, excess)


def _not_ours(account: Account, paid: Decimal) -> Iterator[Difference]:
    """Maelis has accepted nothing of ours: all that it shows beyond what was known comes from elsewhere."""
    known = [payment.elsewhere for payment in account.payments if payment.state is not State.REVERSED]
    expected = max((amount for amount in known if amount is not None), default=None)
    perhaps = [payment for payment in account.payments if payment.state in PERHAPS_HELD]
    if expected is None or None in known or paid <= expected or _that_sum_to(paid - expected, perhaps):
        return
    yield Difference(Kind.ELSEWHERE, _last(account.payments).key, expected, paid, paid - expected)


def _late_or_lost(payment: OurPayment, read_at: datetime, patience: Patience) -> Kind | None:
    """One that Maelis showed once and shows no more is lost at once."""
    if payment.state is State.CONFIRMED:
        return Kind.LOST
    age = read_at - _when_accepted(payment)
    if age <= patience.lag:
        return None
    return Kind.LATE if age <= patience.lost_after else Kind.LOST


def _may_still_come(account: Account, held: list[OurPayment], missing: Decimal, patience: Patience) -> bool:
    """Part of what is missing may be on its way: the rest is judged once it has come."""
    young = [
        payment
        for payment in held
        if payment.state is State.DELIVERED and account.read_at - _when_accepted(payment) <= patience.lag
    ]
    return bool(young) and _sent(young) >= missing


def _that_sum_to(amount: Decimal, payments: Sequence[OurPayment]) -> list[OurPayment]:
    """The newest one that is the amount, else the newest ones that add up to it, else none.

    A family pays an invoice in a few parts at most; the newest are the likeliest not to be shown yet.
    """
    newest_first = list(reversed(payments))
    for payment in newest_first:
        if payment.sent == amount:
            return [payment]
    taken: list[OurPayment] = []
    for payment in newest_first:
        taken.append(payment)
        if _sent(taken) == amount:
            return taken
    return []


def _baseline(applied: Sequence[OurPayment]) -> Decimal:
    first = min(applied, key=_when_accepted)
    return first.baseline or ZERO


def _sent(payments: Iterable[OurPayment]) -> Decimal:
    return sum((payment.sent or ZERO for payment in payments), ZERO)


def _when_accepted(payment: OurPayment) -> datetime:
    return payment.acknowledged_at or payment.received_at


def _last(payments: Sequence[OurPayment]) -> OurPayment:
    return max(payments, key=lambda payment: (payment.received_at, payment.key))
