"""Payments with every fate that money can have, counted in whole cents beside the product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import time_machine
from django.utils import timezone

from passerelle_maelis_invoices.domain.attention import Attention, Oddity
from passerelle_maelis_invoices.domain.paris import day_in_paris
from passerelle_maelis_invoices.domain.payment_states import Event
from passerelle_maelis_invoices.models import Payment, Regie
from passerelle_maelis_invoices.use_cases.issue_credit_note import issue_credit_note
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.record_refund import record_refund_done
from passerelle_maelis_invoices.use_cases.reverse_payment import reverse_payment
from tests.builders import a_notice, an_invoice

START = datetime(2026, 12, 30, 8, tzinfo=UTC)
#: Two years meet in it.
LENGTH = timedelta(days=4)
WHO = {'actor': 'Mme Durand', 'reason': 'essai'}

Cents = Counter[tuple[date, str]]


def cents(amount: Decimal) -> int:
    return int(amount * 100)


def amounts(chance: Random, count: int) -> list[str]:
    """Of all sizes, the smallest and the largest among them."""
    cents_of_some = [chance.randint(1, 10 ** chance.randint(1, 9) - 1) for _ in range(count - 2)]
    return ['0.01', '9999999.99', *[f'{Decimal(value) / 100:.2f}' for value in cents_of_some]]


@dataclass
class Accounts:
    """`places` says where the cents of each day must be; `ledger` is what its entries must add up to."""

    regie: Regie
    chance: Random
    places: Cents = field(default_factory=Counter)
    ledger: int = 0
    number: int = 0

    def live(self, amounts: list[str]) -> None:
        """One payment of each amount, each at a moment of its own, with a fate by chance."""
        for amount in amounts:
            self.number += 1
            with time_machine.travel(START + self.chance.random() * LENGTH):
                self._one(Decimal(amount))

    def _one(self, amount: Decimal) -> None:
        fate = self.chance.choice(FATES)
        invoice = an_invoice(str(self.number), regie=self.regie, total=str(amount))
        notice = a_notice(f'T{self.number}', str(amount))
        payment = record_payment(
            regie=self.regie, invoice_id=f'1312-{invoice.number}', notice=notice, client=None
        )
        day = day_in_paris(payment.received_at)
        self.ledger += cents(amount)
        for place, part in fate(payment, self.chance).items():
            self.places[day, place] += part
            self.ledger -= part if place in ('reversed', 'credited') else 0

    def check_places(self, balances: dict[date, object]) -> None:
        names = ('delivered', 'pending', 'needing_attention', 'reversed', 'credited')
        shown = {
            (day, name): cents(getattr(balance, name)) for day, balance in balances.items() for name in names
        }
        assert {key: value for key, value in shown.items() if value} == {
            key: value for key, value in self.places.items() if value
        }


Fate = Callable[[Payment, Random], dict[str, int]]


def stays_pending(payment: Payment, chance: Random) -> dict[str, int]:
    return {'pending': _all(payment)}


def is_being_sent(payment: Payment, chance: Random) -> dict[str, int]:
    payment.apply(Event.CLAIMED, at=timezone.now(), actor='worker')
    return {'pending': _all(payment)}


def is_delivered(payment: Payment, chance: Random) -> dict[str, int]:
    return {'delivered': _deliver(payment, payment.amount or Decimal(0))}


def is_confirmed(payment: Payment, chance: Random) -> dict[str, int]:
    sent = is_delivered(payment, chance)
    payment.apply(Event.SHOWN, at=timezone.now(), actor='Maelis')
    return sent


def is_more_than_what_was_due(payment: Payment, chance: Random) -> dict[str, int]:
    sent = _deliver(payment, _part(payment, chance))
    return {'delivered': sent, 'needing_attention': _all(payment) - sent}


def is_credited_in_part(payment: Payment, chance: Random) -> dict[str, int]:
    places = is_more_than_what_was_due(payment, chance)
    if not places['needing_attention']:
        return places
    issue_credit_note(payment, **WHO)
    return {'delivered': places['delivered'], 'credited': places['needing_attention']}


def is_credited_then_reversed(payment: Payment, chance: Random) -> dict[str, int]:
    is_credited_in_part(payment, chance)
    reverse_payment(payment, **WHO)
    return {'reversed': _all(payment)}


def is_set_aside(payment: Payment, chance: Random) -> dict[str, int]:
    _set_aside(payment, Attention.NOTHING_DUE)
    return {'needing_attention': _all(payment)}


def is_credited_whole(payment: Payment, chance: Random) -> dict[str, int]:
    _set_aside(payment, Attention.UNKNOWN_INVOICE)
    payment.invoice_number = f'x{payment.invoice_number}'
    payment.save(update_fields=['invoice_number'])
    note = issue_credit_note(payment, **WHO)
    if chance.random() < 0.5:
        record_refund_done(note, done_on=date(2026, 12, 1), reference='VIR', actor='Mme Durand')
    return {'credited': _all(payment)}


def is_refused(payment: Payment, chance: Random) -> dict[str, int]:
    now = timezone.now()
    payment.apply(Event.CLAIMED, at=now, actor='worker')
    payment.apply(Event.DEAD_LETTERED, at=now, actor='worker', attention=Attention.REFUSED)
    return {'needing_attention': _all(payment)}


def is_reversed(payment: Payment, chance: Random) -> dict[str, int]:
    if chance.random() < 0.5:
        is_confirmed(payment, chance)
    with time_machine.travel(timezone.now() + chance.random() * LENGTH):
        reverse_payment(payment, **WHO)
    return {'reversed': _all(payment)}


def has_no_readable_date(payment: Payment, chance: Random) -> dict[str, int]:
    payment.write(oddities=[Oddity.UNREADABLE_DATE])
    return {'pending': _all(payment)}


FATES: list[Fate] = [
    stays_pending, is_being_sent, is_delivered, is_confirmed, is_more_than_what_was_due, is_credited_in_part,
    is_credited_then_reversed, is_set_aside, is_credited_whole, is_refused, is_reversed, has_no_readable_date,
]  # fmt: skip


def _all(payment: Payment) -> int:
    assert payment.amount is not None
    return cents(payment.amount)


def _part(payment: Payment, chance: Random) -> Decimal:
    return Decimal(chance.randint(1, _all(payment))) / 100


def _deliver(payment: Payment, sent: Decimal) -> int:
    now = timezone.now()
    payment.apply(Event.CLAIMED, at=now, actor='worker')
    payment.write(sent_amount=sent, baseline=Decimal(0), sent_at=now)
    payment.apply(Event.ACKNOWLEDGED, at=now, actor='worker', acknowledged_at=now)
    return cents(sent)


def _set_aside(payment: Payment, why: Attention) -> None:
    now = timezone.now()
    payment.apply(Event.CLAIMED, at=now, actor='worker')
    payment.apply(Event.SET_ASIDE, at=now, actor='worker', attention=why, next_attempt_at=None)
