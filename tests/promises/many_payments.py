"""Payments of every fate by the thousand, written straight into the tables, and counted beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from django.db import transaction

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.credit_note import Refund
from passerelle_maelis_invoices.domain.money import ZERO
from passerelle_maelis_invoices.domain.paris import day_in_paris
from passerelle_maelis_invoices.domain.payment_states import Event, State
from passerelle_maelis_invoices.models import (
    CreditNote,
    Numbering,
    Payment,
    PaymentEvent,
    RefundStep,
    Regie,
    Series,
)
from tests.ledger.accounts import LENGTH, START, WHO, cents

BATCH = 1000
#: A payment with a credit note for so many without.
RARITY = 4


@dataclass(frozen=True)
class Fate:
    """What became of a payment; `sent` and `rest` are the places where its two parts must be found."""

    state: State
    attention: str
    sent: str
    #: '' where Maelis was sent the whole of it, or nothing.
    rest: str = ''
    #: The progress of the refund of its rest; '' without a credit note.
    refund: str = ''


FATES = (
    Fate(State.RECORDED, '', 'pending'),
    Fate(State.SENDING, '', 'pending'),
    Fate(State.UNCERTAIN, '', 'pending'),
    Fate(State.DELIVERED, '', 'delivered'),
    Fate(State.CONFIRMED, '', 'delivered'),
    Fate(State.DELIVERED, '', 'delivered', 'needing_attention'),
    Fate(State.CONFIRMED, '', 'delivered', 'credited', Refund.TO_DO),
    Fate(State.CONFIRMED, '', 'delivered', 'credited', Refund.DONE),
    Fate(State.CREDITED, '', '', 'credited', Refund.DONE),
    Fate(State.REFUSED, Attention.REFUSED, 'needing_attention'),
    Fate(State.UNCERTAIN, Attention.UNDECIDED, 'needing_attention'),
    Fate(State.RECORDED, Attention.NOTHING_DUE, 'needing_attention'),
    Fate(State.RECORDED, Attention.OUT_OF_PATIENCE, 'needing_attention'),
    Fate(State.RECORDED, Attention.AMOUNT_UNREADABLE, ''),
    Fate(State.REVERSED, '', 'reversed'),
    Fate(State.REVERSED, '', 'reversed', 'reversed', Refund.CANCELLED),
    Fate(State.REVERSED, '', 'reversed', 'reversed', Refund.DONE),
)
WEIGHTS = [1 if fate.refund else RARITY for fate in FATES]


@dataclass
class Drawn:
    """One payment, its fate, and the moments at which things happened to it."""

    fate: Fate
    amount: Decimal
    sent: Decimal
    received_at: datetime
    later: datetime
    payment: Payment

    @property
    def rest(self) -> Decimal:
        return self.amount - self.sent


@dataclass
class Books:
    """Cents of a régie, and rows: `places` where the money of each day is, `ledger` what is entered."""

    regie: Regie
    places: Counter[tuple[date, str]] = field(default_factory=Counter)
    ledger: Counter[date] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    credited: int = 0

    def write(self, amounts: Iterable[str], dice: Random) -> None:
        drawn = (_draw(self.regie, n, Decimal(amount), dice) for n, amount in enumerate(amounts))
        while batch := list(islice(drawn, BATCH)):
            with transaction.atomic():
                _write(self.regie, batch)
            for one in batch:
                self._count(one)

    def _count(self, one: Drawn) -> None:
        self.rows['payments'] += 1
        if one.payment.amount is None:
            return
        day, later = day_in_paris(one.received_at), day_in_paris(one.later)
        self.places[day, one.fate.sent] += cents(one.sent)
        self.places[day, one.fate.rest] += cents(one.rest)
        self._enter(day, cents(one.amount))
        if one.fate.refund:
            self.rows['credit_notes'] += 1
            self.credited += cents(one.rest)
            self._enter(later, -cents(one.rest))
        if one.fate.refund == Refund.CANCELLED:
            self._enter(later, cents(one.rest))
        if one.fate.state == State.REVERSED:
            self._enter(later, -cents(one.amount))

    def _enter(self, day: date, amount: int) -> None:
        self.rows['ledger'] += 1
        self.ledger[day] += amount


def _draw(regie: Regie, n: int, amount: Decimal, dice: Random) -> Drawn:
    fate, received_at = dice.choices(FATES, WEIGHTS)[0], START + dice.random() * LENGTH
    sent = _sent(fate, amount, dice)
    later = received_at + timedelta(seconds=1) + dice.random() * LENGTH
    unknown = fate.attention == Attention.AMOUNT_UNREADABLE
    was_sent = fate.state in (State.DELIVERED, State.CONFIRMED, State.REVERSED)
    payment = Payment(
        regie=regie,
        transaction_id=f'B{n}',
        family_id='1312',
        invoice_number=f'B{n}',
        amount=None if unknown else amount,
        allotted=None if unknown else sent,
        sent_amount=sent if was_sent else None,
        baseline=ZERO,
        paid_at=received_at,
        received_at=received_at,
        acknowledged_at=received_at if was_sent else None,
        state=fate.state,
        attention=fate.attention,
        asked=bool(fate.attention),
    )
    return Drawn(fate, amount, sent, received_at, later, payment)


def _sent(fate: Fate, amount: Decimal, dice: Random) -> Decimal:
    """At least a cent of either part, where there are two; a payment of one cent has only one."""
    if not fate.rest:
        return amount
    return Decimal(dice.randint(1, cents(amount) - 1)) / 100 if fate.sent and cents(amount) > 1 else ZERO


def _write(regie: Regie, batch: Sequence[Drawn]) -> None:
    Payment.objects.bulk_create([one.payment for one in batch])
    PaymentEvent.objects.bulk_create([event for one in batch for event in _events(one)])
    credited = [one for one in batch if one.fate.refund]
    notes = [note for year in (2026, 2027) for note in _notes(regie, year, credited)]
    CreditNote.objects.bulk_create(notes)
    fates = {one.payment.pk: one for one in credited}
    RefundStep.objects.bulk_create([step for note in notes for step in _steps(note, fates[note.payment_id])])


def _events(one: Drawn) -> Iterator[PaymentEvent]:
    who = {'payment': one.payment, 'actor': WHO['actor'], 'to_state': one.fate.state}
    yield PaymentEvent(n=0, at=one.received_at, event='recorded', **who)
    if one.fate.state == State.REVERSED:
        yield PaymentEvent(n=1, at=one.later, event=Event.REVERSED, **who)


def _notes(regie: Regie, year: int, credited: Iterable[Drawn]) -> list[CreditNote]:
    of_year = [one for one in credited if day_in_paris(one.later).year == year]
    numbering = Numbering.hold(Series.CREDIT_NOTES, regie, year)
    numbering.give(len(of_year))
    first = numbering.last - len(of_year) + 1
    return [
        CreditNote(
            regie=regie, year=year, n=n, payment=one.payment, amount=one.rest, issued_at=one.later, **WHO
        )
        for n, one in enumerate(of_year, start=first)
    ]


def _steps(note: CreditNote, one: Drawn) -> Iterator[RefundStep]:
    who = {'credit_note': note, 'at': one.later, 'actor': WHO['actor']}
    yield RefundStep(n=1, progress=Refund.TO_DO, **who)
    if one.fate.refund != Refund.TO_DO:
        yield RefundStep(n=2, progress=one.fate.refund, **who)
