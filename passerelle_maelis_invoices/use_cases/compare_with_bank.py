"""The third party of a reconciliation: the transactions of the bank's or Lingo's file, against ours."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q

from ..domain.bank_file import BankLine
from ..domain.bank_matching import BankDifference, Transaction, bank_differences
from ..domain.money import ZERO
from ..domain.paris import day_in_paris
from ..domain.payment_states import State
from ..models import Discrepancy, Payment, Reconciliation
from .balance_payments import accepted_payments

#: References looked for at a time.
BATCH = 300


def compare_with_bank(run: Reconciliation) -> Iterator[Discrepancy]:
    """Nothing where no file was given."""
    if run.bank_lines is None:
        return
    lines = [_line(stored) for stored in run.bank_lines]
    payments = _payments(run, {line.reference for line in lines if line.reference})
    first_of = {of[0].pk: of[0] for of in payments.values()}
    transactions = [_transaction(run, of) for of in payments.values()]
    for difference in bank_differences(lines, transactions):
        yield _row(difference, first_of.get(difference.key or 0))


def _line(stored: Sequence[str | None]) -> BankLine:
    reference, amount, day = stored
    return BankLine(reference or '', Decimal(amount or '0'), date.fromisoformat(day) if day else None)


def _payments(run: Reconciliation, references: set[str]) -> dict[str, list[Payment]]:
    """By transaction: those of the period, and those of other days that the file names."""
    found: dict[int, Payment] = {}
    of_period = accepted_payments(run.regie, run.first_day, run.last_day)
    for payment in [*of_period, *_named(run, sorted(references))]:
        found[payment.pk] = payment
    by_transaction: dict[str, list[Payment]] = defaultdict(list)
    for pk in sorted(found):
        by_transaction[found[pk].transaction_id].append(found[pk])
    return by_transaction


def _named(run: Reconciliation, references: Sequence[str]) -> Iterator[Payment]:
    for start in range(0, len(references), BATCH):
        batch = references[start : start + BATCH]
        names = Q(transaction_id__in=batch) | Q(bank_transaction_id__in=batch) | Q(order_id__in=batch)
        yield from Payment.objects.filter(names, regie=run.regie)


def _transaction(run: Reconciliation, payments: Sequence[Payment]) -> Transaction:
    """A reversed payment is expected to have left the bank again, or never to have come."""
    standing = [payment for payment in payments if payment.state != State.REVERSED]
    amounts = [payment.amount for payment in standing]
    names = {name for p in payments for name in (p.transaction_id, p.bank_transaction_id, p.order_id)}
    return Transaction(
        key=payments[0].pk,
        references=frozenset(names - {''}),
        name=payments[0].transaction_id,
        amount=None if None in amounts else sum(filter(None, amounts), ZERO),
        day=day_in_paris(payments[0].paid_at),
        expected=any(_in_period(run, payment) for payment in standing),
    )


def _in_period(run: Reconciliation, payment: Payment) -> bool:
    return run.first_day <= day_in_paris(payment.received_at) <= run.last_day


def _row(difference: BankDifference, payment: Payment | None) -> Discrepancy:
    return Discrepancy(
        kind=difference.kind,
        payment=payment,
        family_id=payment.family_id if payment else '',
        invoice_number=payment.invoice_number if payment else '',
        reference=difference.reference[:200],
        day=difference.day,
        expected=difference.expected,
        shown=difference.shown,
        amount=difference.amount,
    )
