"""The receipts ledger: complete, without gaps, and impossible to change unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
import time_machine
from django.db import DatabaseError, transaction

from passerelle_maelis_invoices.domain.attention import Attention, Oddity
from passerelle_maelis_invoices.domain.ledger import NO_HASH, Entry, Kind, Means, canonical_form, seal
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.models import LedgerEntry, MonthClosing, Numbering, Payment, Regie
from passerelle_maelis_invoices.use_cases.close_month import close_month
from passerelle_maelis_invoices.use_cases.correct_payment import give_payment_amount
from passerelle_maelis_invoices.use_cases.issue_credit_note import issue_credit_note
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.reverse_payment import reverse_payment
from passerelle_maelis_invoices.use_cases.total_ledger import total_ledger
from passerelle_maelis_invoices.use_cases.verify_ledger import verify_ledger
from passerelle_maelis_invoices.use_cases.write_ledger import write_ledger
from tests.builders import a_notice, a_payment, a_regie, an_invoice
from tests.ledger.tampering import change, delete, unlock

ENTRY = Entry(
    regie='007',
    year=2026,
    n=1,
    kind=Kind.PAYMENT,
    day=date(2026, 3, 14),
    written_at=datetime(2026, 3, 14, 9, 26, 53, 589793, UTC),
    means=Means.ONLINE,
    amount=Decimal('42.5'),
    reference='T1',
    source='payment/12',
    previous_hash=NO_HASH,
)


@pytest.fixture
def regie(db: None) -> Regie:
    return a_regie('007')


def three_payments(regie: Regie) -> list[Payment]:
    return [
        a_payment(f'T{n}', of=an_invoice(str(30 + n), regie=regie, total=f'{n}0.00'), amount=f'{n}0.00')
        for n in (1, 2, 3)
    ]


def entries(regie: Regie) -> list[tuple[int, str, Decimal]]:
    rows = LedgerEntry.objects.filter(regie=regie).order_by('year', 'n')
    return [(row.n, row.kind, row.amount) for row in rows]


def the_lie(regie: Regie) -> int | None:
    """Of the present year's book."""
    lie = verify_ledger(regie=regie)[-1].lie
    return lie and lie.n


def test_the_canonical_form_is_the_one_that_is_documented() -> None:
    form = canonical_form(ENTRY)
    assert form == (
        '{"amount":"42.50","day":"2026-03-14","kind":"payment","means":"online","n":1,'
        f'"previous_hash":"{NO_HASH}","reference":"T1","regie":"007","source":"payment/12",'
        '"written_at":"2026-03-14T09:26:53.589793+00:00","year":2026}'
    )
    assert seal(ENTRY) == sha256(form.encode()).hexdigest()
    assert json.loads(form)['amount'] == '42.50'


def test_each_accepted_payment_is_entered_once(regie: Regie) -> None:
    three_payments(regie)
    assert write_ledger() == 3
    assert entries(regie) == [(1, 'payment', 10), (2, 'payment', 20), (3, 'payment', 30)]
    assert write_ledger() == 0
    Payment.objects.update(ledger_due=True)
    assert write_ledger() == 0


def test_a_payment_without_an_amount_is_entered_once_the_amount_is_known(regie: Regie) -> None:
    notice = a_notice(oddities=(Oddity.UNREADABLE_AMOUNT,))
    invoice = an_invoice(regie=regie)
    payment = record_payment(regie=regie, invoice_id=str(invoice), notice=notice, client=None)
    assert (payment.attention, write_ledger()) == (Attention.AMOUNT_UNREADABLE, 0)
    give_payment_amount(payment, amount=Decimal('12.00'), actor='Mme Durand', reason='relevé')
    assert write_ledger() == 1
    assert entries(regie) == [(1, 'payment', Decimal('12.00'))]


def test_an_amount_that_was_entered_cannot_be_given_anew(regie: Regie) -> None:
    payment = a_payment(of=an_invoice(regie=regie), attention=Attention.NOTHING_DUE)
    with pytest.raises(BadRequest):
        give_payment_amount(payment, amount=Decimal('1.00'), actor='Mme Durand', reason='relevé')


def test_a_reversal_is_an_entry_of_its_own(regie: Regie) -> None:
    payment = three_payments(regie)[0]
    write_ledger()
    reverse_payment(payment, actor='Mme Durand', reason='prélèvement rejeté')
    write_ledger()
    assert entries(regie)[-1] == (4, 'reversal', Decimal('-10.00'))
    assert the_lie(regie) is None


def test_a_payment_that_changes_while_it_is_entered_is_looked_at_again(
    regie: Regie, monkeypatch: pytest.MonkeyPatch
) -> None:
    from passerelle_maelis_invoices.use_cases import write_ledger as module

    payment, append = a_payment(of=an_invoice(regie=regie)), module._append

    def reversed_meanwhile(*arguments: object) -> None:
        append(*arguments)  # type: ignore[arg-type]
        reverse_payment(Payment.objects.get(pk=payment.pk), actor='Mme Durand', reason='rejeté')
        monkeypatch.setattr(module, '_append', append)

    monkeypatch.setattr(module, '_append', reversed_meanwhile)
    write_ledger()
    assert Payment.objects.get(pk=payment.pk).ledger_due
    write_ledger()
    assert entries(regie) == [(1, 'payment', 42), (2, 'reversal', -42)]


def test_each_regie_and_year_has_a_book_of_its_own(regie: Regie) -> None:
    other = a_regie('SEN')
    new_year = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    for n, (where, moment) in enumerate(
        [(regie, new_year), (regie, new_year - timedelta(seconds=1)), (other, new_year)]
    ):
        a_payment(f'T{n}', of=an_invoice(str(n), regie=where), received_at=moment)
    write_ledger()
    rows = LedgerEntry.objects.order_by('reference')
    assert [(row.regie.code, row.year, row.n) for row in rows] == [
        ('007', 2027, 1),
        ('007', 2026, 1),
        ('SEN', 2027, 1),
    ]
    assert {row.previous_hash for row in rows} == {NO_HASH}


def test_an_entry_names_nobody(regie: Regie) -> None:
    three_payments(regie)
    write_ledger()
    for row in LedgerEntry.objects.all():
        assert '1312' not in canonical_form(row.sealed.entry).replace(row.previous_hash, '')


@pytest.mark.parametrize('way', ['update', 'delete'])
def test_p8_the_database_refuses_to_change_an_entry(regie: Regie, way: str) -> None:
    three_payments(regie)
    write_ledger()
    for model in (LedgerEntry, MonthClosing):
        if model is MonthClosing:
            MonthClosing.objects.create(
                regie=regie, month='2020-01-01', closed_at=datetime.now(UTC), last_n=0, total=0
            )
        with pytest.raises(DatabaseError), transaction.atomic():
            rows = model._default_manager.all()
            rows.update(regie=regie) if way == 'update' else rows._raw_delete('default')


FORGED = {
    'regie_id': lambda entry: a_regie('SEN').pk,
    'year': lambda entry: 2019,
    'n': lambda entry: 9,
    'kind': lambda entry: Kind.CREDIT_NOTE_CANCELLED,
    'day': lambda entry: entry.day - timedelta(days=1),
    'written_at': lambda entry: entry.written_at - timedelta(microseconds=1),
    'means': lambda entry: 'cash',
    'amount': lambda entry: Decimal('20.01'),
    'reference': lambda entry: 'T9',
    'payment_id': lambda entry: a_payment('T5', of=an_invoice('35'), amount=None).pk,
    'credit_note_id': lambda entry: None,
    'previous_hash': lambda entry: NO_HASH,
    'hash': lambda entry: NO_HASH,
}


def test_every_column_of_an_entry_is_tried() -> None:
    columns = {field.column for field in LedgerEntry._meta.concrete_fields} - {'id'}
    assert FORGED.keys() == columns


@pytest.mark.parametrize('column', FORGED)
def test_p8_the_first_entry_that_lies_is_named(regie: Regie, column: str) -> None:
    three_payments(regie)
    second = a_payment('T4', of=an_invoice('34', regie=regie, paid='42.00'), attention=Attention.NOTHING_DUE)
    write_ledger()
    issue_credit_note(second, actor='Mme Durand', reason='payé deux fois')
    assert the_lie(regie) is None
    forged = 5 if column == 'credit_note_id' else 2
    entry = LedgerEntry.objects.get(regie=regie, n=forged)
    unlock(LedgerEntry)
    change(entry, column, FORGED[column](entry))
    assert the_lie(regie) == forged


def test_p8_an_entry_that_was_taken_out_is_named(regie: Regie) -> None:
    three_payments(regie)
    write_ledger()
    unlock(LedgerEntry)
    delete(LedgerEntry.objects.get(n=2))
    assert the_lie(regie) == 2


def test_p8_an_entry_taken_off_the_end_is_missed(regie: Regie) -> None:
    three_payments(regie)
    write_ledger()
    unlock(LedgerEntry)
    delete(LedgerEntry.objects.get(n=3))
    assert the_lie(regie) == 3
    Numbering.objects.filter(series='ledger').update(last=2, last_hash=LedgerEntry.objects.get(n=2).hash)
    assert the_lie(regie) == 3


def test_p8_a_book_that_was_written_anew_does_not_agree_with_the_rows(regie: Regie) -> None:
    three_payments(regie)
    write_ledger()
    unlock(LedgerEntry)
    previous = NO_HASH
    for entry in LedgerEntry.objects.order_by('n'):
        entry.amount += entry.n == 2
        entry.previous_hash = previous
        entry.hash = previous = seal(entry.sealed.entry)
        entry.save()
    Numbering.objects.filter(series='ledger').update(last_hash=previous)
    assert the_lie(regie) == 2


def test_p8_a_row_that_was_changed_behind_the_ledger_is_found(regie: Regie) -> None:
    payment = three_payments(regie)[1]
    write_ledger()
    Payment.objects.filter(pk=payment.pk).update(amount='19.00')
    assert the_lie(regie) == 2


def test_totals_are_by_day_and_by_month(regie: Regie) -> None:
    day = datetime(2026, 3, 14, 12, tzinfo=UTC)
    for n, moment in enumerate([day, day, day + timedelta(days=1)]):
        a_payment(f'T{n}', of=an_invoice(str(n), regie=regie), amount='10.00', received_at=moment)
    write_ledger()
    march = {'regies': [regie], 'first_day': date(2026, 3, 1), 'last_day': date(2026, 3, 31)}
    days = total_ledger(**march)
    assert [(row.period.day, row.means, row.entries, row.total) for row in days] == [
        (14, 'online', 2, 20),
        (15, 'online', 1, 10),
    ]
    months = total_ledger(**march, by='month')
    assert [(row.period, row.total) for row in months] == [(date(2026, 3, 1), Decimal('30.00'))]


class TestClosing:
    MARCH = date(2026, 3, 1)

    @pytest.fixture
    def march(self, regie: Regie) -> Callable[[str], Payment]:
        def pay(name: str) -> Payment:
            moment = datetime(2026, 3, 31, 12, tzinfo=UTC)
            return a_payment(name, of=an_invoice(name, regie=regie), received_at=moment)

        return pay

    @time_machine.travel('2026-04-02T10:00:00Z', tick=False)
    def test_what_is_known_later_is_entered_in_the_first_open_month(
        self, regie: Regie, march: Callable[[str], Payment]
    ) -> None:
        march('T1')
        closing = close_month(regie=regie, month=self.MARCH, actor='Mme Durand')
        assert (closing.last_n, closing.total) == (1, 42)
        march('T2')
        write_ledger()
        assert [row.day for row in LedgerEntry.objects.order_by('n')] == [date(2026, 3, 31), date(2026, 4, 1)]
        assert the_lie(regie) is None

    @time_machine.travel('2026-04-02T10:00:00Z', tick=False)
    def test_a_month_is_closed_once(self, regie: Regie) -> None:
        close_month(regie=regie, month=self.MARCH, actor='Mme Durand')
        for month in (self.MARCH, date(2026, 2, 1)):
            with pytest.raises(BadRequest, match='déjà clos'):
                close_month(regie=regie, month=month, actor='Mme Durand')

    @time_machine.travel('2026-03-31T21:59:59Z', tick=False)
    def test_a_month_that_lasts_cannot_be_closed(self, regie: Regie) -> None:
        with pytest.raises(BadRequest, match='pas terminé'):
            close_month(regie=regie, month=self.MARCH, actor='Mme Durand')

    @time_machine.travel('2026-04-02T10:00:00Z', tick=False)
    def test_a_ledger_that_lies_cannot_be_closed(self, regie: Regie, march: Callable[[str], Payment]) -> None:
        march('T1')
        write_ledger()
        Payment.objects.update(amount='1.00')
        with pytest.raises(BadRequest, match='écriture n° 1'):
            close_month(regie=regie, month=self.MARCH, actor='Mme Durand')

    @time_machine.travel('2027-01-04T10:00:00Z', tick=False)
    def test_the_last_month_of_a_year_opens_the_next_book(self, regie: Regie) -> None:
        close_month(regie=regie, month=date(2026, 12, 1), actor='Mme Durand')
        moment = datetime(2026, 12, 31, 12, tzinfo=UTC)
        a_payment(of=an_invoice(regie=regie), received_at=moment, state=State.CONFIRMED)
        write_ledger()
        entry = LedgerEntry.objects.get()
        assert (entry.year, entry.day) == (2027, date(2027, 1, 1))
        assert the_lie(regie) is None
