"""P8: every accepted cent is in one place, and the ledger and the exports add up to the rows."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from random import Random
from typing import IO, Any

import time_machine
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F

from passerelle_maelis_invoices.domain.balance import Balance
from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind
from passerelle_maelis_invoices.models import (
    CreditNote,
    LedgerEntry,
    MonthClosing,
    Payment,
    PaymentEvent,
    RefundStep,
    Regie,
)
from passerelle_maelis_invoices.use_cases.balance_payments import balance_by_day
from passerelle_maelis_invoices.use_cases.close_month import close_month
from passerelle_maelis_invoices.use_cases.export_scope import Scope
from passerelle_maelis_invoices.use_cases.total_ledger import total_ledger
from passerelle_maelis_invoices.use_cases.verify_ledger import verify_ledger
from passerelle_maelis_invoices.use_cases.write_export import write_export
from passerelle_maelis_invoices.use_cases.write_ledger import write_ledger
from tests.builders import a_regie
from tests.ledger.accounts import Accounts, amounts
from tests.promises.figures import Figures
from tests.promises.many_payments import Books
from tests.promises.stage import Stage

PERIOD = {'first_day': date(2026, 12, 1), 'last_day': date(2027, 1, 31)}
WRONG = ('misplaced', 'wrong in ledgers', 'wrong in exports', 'changed')
#: One payment in so many goes the whole way, use case by use case; the rest are written into the tables.
SHARE = 100
WRITTEN_ONCE: tuple[type[models.Model], ...] = (
    PaymentEvent,
    LedgerEntry,
    MonthClosing,
    CreditNote,
    RefundStep,
)
KINDS = {
    'payments': ExportKind.PAYMENTS,
    'credit_notes': ExportKind.CREDIT_NOTES,
    'ledger': ExportKind.LEDGER,
}


def to_the_cent(stage: Stage, *, total: int, number: int, broken: bool = False) -> Figures:
    """`total` amounts, from a cent to ten millions; `broken` takes a cent from a row behind our back."""
    dice, figures = Random(number), Figures('P8', stage.site.vendor, number, wrong=WRONG)
    lived = Accounts(a_regie('LIV', connector=stage.connector), dice)
    lived.live(amounts(dice, max(2, total // SHARE)))
    books = [Books(regie) for regie in stage.regies.values()]
    for book in books:
        book.write(amounts(dice, (total - total // SHARE) // len(books)), dice)
    figures.counts['amounts'] = Payment.objects.count()
    write_ledger()
    _try_to_change(lived.regie, figures)
    if broken:
        Payment.objects.filter(amount__gt=1, state='confirmed').update(amount=F('amount') - Decimal('0.01'))
    _weigh_lived(lived, figures)
    for book in books:
        _weigh(book, figures)
    exported = dice.choice(books)
    figures.counts['exported rows'] = exported.rows.total()
    figures.counts['wrong in exports'] = sum(_wrong_in_exports(exported, dice))
    return figures


def _weigh_lived(lived: Accounts, figures: Figures) -> None:
    figures.counts['misplaced'] += _misplaced(lived.regie, lived.places)
    entered = _entered(lived.regie)
    figures.counts['wrong in ledgers'] += (sum(entered.values()) != lived.ledger) + _lies(lived.regie)


def _weigh(book: Books, figures: Figures) -> None:
    figures.counts['misplaced'] += _misplaced(book.regie, book.places)
    entered = _entered(book.regie)
    wrong_days = sum(entered[day] != book.ledger[day] for day in {*entered, *book.ledger})
    figures.counts['wrong in ledgers'] += wrong_days + _lies(book.regie)


def _misplaced(regie: Regie, places: Counter[tuple[date, str]]) -> int:
    """Places of days that do not hold the cents that they must."""
    shown: Counter[tuple[date, str]] = Counter()
    for day, balance in balance_by_day(regie=regie, **PERIOD).items():
        parts = {(day, part.name): _cents(getattr(balance, part.name)) for part in fields(Balance)}
        assert _cents(balance.accepted) == sum(parts.values())
        shown.update(parts)
    return sum(shown[key] != places[key] for key in {*shown, *places} if key[1])


def _entered(regie: Regie) -> Counter[date]:
    days = total_ledger(regies=[regie], first_day=PERIOD['first_day'], last_day=date(2027, 12, 31))
    return Counter({day.period: _cents(day.total) for day in days})


def _lies(regie: Regie) -> int:
    """Books that do not prove themselves, or whose total is not that of their days."""
    proofs = verify_ledger(regie=regie)
    total = sum(_cents(proof.total) for proof in proofs)
    return sum(proof.lie is not None for proof in proofs) + (total != sum(_entered(regie).values()))


def _wrong_in_exports(book: Books, dice: Random) -> Iterator[bool]:
    """Each kind, for machines or for people."""
    accepted = sum(cents for (_, place), cents in book.places.items() if place)
    totals = {'payments': accepted, 'credit_notes': book.credited, 'ledger': book.ledger.total()}
    for name, expected in totals.items():
        items = list(dice.choice((_json_items, _csv_items))(book.regie, name))
        yield len(items) != book.rows[name] or sum(items) != expected


def _json_items(regie: Regie, name: str) -> list[int]:
    told = json.loads(_export(regie, name, ExportFormat.JSON).read())
    items = [_cents(Decimal(item['amount'] or 0)) for item in told[name]]
    return items if (told['count'], _cents(Decimal(told['total']))) == (len(items), sum(items)) else []


def _csv_items(regie: Regie, name: str) -> Iterator[int]:
    file = TextIOWrapper(_export(regie, name, ExportFormat.CSV), 'utf-8-sig', newline='')
    for row in csv.DictReader(file, delimiter=';'):
        yield _cents(Decimal(row['Montant'].replace(',', '.') or 0))


def _export(regie: Regie, name: str, form: ExportFormat) -> IO[bytes]:
    out = BytesIO()
    write_export(Scope(regie, KINDS[name], form), out, progress=lambda done, total: None)
    out.seek(0)
    return out


def _cents(amount: Any) -> int:
    """Money is never a float, and has no part of a cent."""
    assert type(amount) is Decimal and amount * 100 == int(amount * 100), repr(amount)
    return int(amount * 100)


def _try_to_change(regie: Regie, figures: Figures) -> None:
    """One row and all rows of each table that must not change; the ledgers are verified afterwards."""
    with time_machine.travel('2027-02-02T10:00:00Z'):
        close_month(regie=regie, month=date(2026, 12, 1), actor='Mme Durand')
    for model in WRITTEN_ONCE:
        table, first = model._meta.db_table, model._default_manager.order_by('pk').first()
        assert first, f'{table} is empty'
        for change in ('UPDATE {} SET id = id', 'DELETE FROM {}'):
            for rows in (f' WHERE id = {first.pk}', ''):
                figures.counts['tries'] += 1
                figures.counts['changed'] += _is_changed(model, change.format(table) + rows)


def _is_changed(model: type[models.Model], statement: str) -> bool:
    before = model._default_manager.count()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as refusal:
        return 'append-only' not in str(refusal) or model._default_manager.count() != before
    return True
