"""Through the simulator: payments told, figures changed behind our back, and the table that comes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.paris import day_in_paris
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.domain.reconciliation import Kind
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.models import BankFileFormat, Payment, Reconciliation, Regie
from passerelle_maelis_invoices.use_cases.do_paperwork import do_paperwork
from passerelle_maelis_invoices.use_cases.reconcile_payments import (
    FAMILIES_A_TURN,
    ask_for_reconciliation,
    reconcile,
    reconcile_what_was_asked_for,
    take_turn,
)
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.reverse_payment import reverse_payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.builders import a_connector, a_notice, a_regie

CODE, FIRST = '007', 800_001


@pytest.fixture
def regie(db: None, simulator: Simulator) -> Regie:
    connector = a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0, deadline=5.0, payment_lag=60)
    return a_regie(CODE, connector=connector)


class Town:
    """Each family has one invoice of 42.00, numbered like it, paid here."""

    def __init__(self, regie: Regie, simulator: Simulator) -> None:
        self.regie, self.simulator = regie, simulator

    def pay(self, n: int, *, amount: str = '42.00', listed: bool = True) -> Payment:
        family = str(FIRST + n)
        if listed:
            self.put(n, amount='42.00', deadline='2099-12-31')
        return record_payment(
            regie=self.regie, invoice_id=f'{family}-{family}', notice=a_notice(f'T{n}', amount), client=None
        )

    def put(self, n: int, **facts: Any) -> None:
        family = str(FIRST + n)
        self.simulator.put_invoice(family=family, regie=CODE, number=family, **facts)

    def add(self, n: int, amount: str) -> None:
        self.simulator.add_money(regie=CODE, number=str(FIRST + n), amount=amount)

    def deliver(self) -> None:
        while work(actor='worker'):
            Payment.objects.filter(state=State.DELIVERED).update(next_attempt_at=None)
            Payment.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())

    def age(self, n: int, age: timedelta) -> Payment:
        Payment.objects.filter(transaction_id=f'T{n}').update(acknowledged_at=timezone.now() - age)
        return Payment.objects.get(transaction_id=f'T{n}')


@pytest.fixture
def town(regie: Regie, simulator: Simulator) -> Town:
    return Town(regie, simulator)


def asked(regie: Regie, **more: Any) -> Reconciliation:
    today = day_in_paris(timezone.now())
    return ask_for_reconciliation(
        regie=regie, **{'first_day': today, 'last_day': today, 'actor': 'Mme Durand', **more}
    )


def done(regie: Regie, **more: Any) -> Reconciliation:
    run = asked(regie, **more)
    reconcile(run)
    return run


def found(run: Reconciliation) -> set[tuple[str, str, Decimal]]:
    return set(run.discrepancies.values_list('kind', 'reference', 'amount'))


def each_class_once(town: Town) -> set[tuple[str, str, Decimal]]:
    """Twenty payments; of eight of them Maelis's books are changed."""
    for n in range(20):
        town.pay(n, listed=n != 8)
    town.deliver()
    town.put(1, paid='-42.00')
    town.age(1, timedelta(hours=1))
    town.put(2, paid='-42.00')
    town.age(2, timedelta(days=2))
    town.add(3, '42.00')
    town.put(4, paid='-2.00')
    town.age(4, timedelta(hours=1))
    reverse_payment(town.age(5, timedelta(hours=1)), actor='Mme Durand', reason='prélèvement rejeté')
    town.add(6, '5.00')
    town.put(7, removed=True)
    return {
        (Kind.LATE, 'T1', Decimal('-42.00')),
        (Kind.LOST, 'T2', Decimal('-42.00')),
        (Kind.DOUBLED, 'T3', Decimal('42.00')),
        (Kind.AMOUNT, 'T4', Decimal('-2.00')),
        (Kind.REVERSED, 'T5', Decimal('42.00')),
        (Kind.ELSEWHERE, 'T6', Decimal('5.00')),
        (Kind.VANISHED, 'T7', Decimal('-42.00')),
        (Kind.UNKNOWN, 'T8', Decimal('-42.00')),
    }


def test_p20_exactly_what_was_changed_in_maelis_is_listed(regie: Regie, town: Town) -> None:
    planted = each_class_once(town)
    run = done(regie)
    assert found(run) == planted
    assert (run.payments, run.families_read, run.unread, run.complete) == (20, 20, [], True)
    assert run.balance['accepted'] == '840.00'


def test_a_second_payment_and_its_surplus_are_no_difference(regie: Regie, town: Town) -> None:
    town.pay(1, amount='50.00')
    town.deliver()
    assert Payment.objects.get().surplus == 8
    assert found(done(regie)) == set()


def test_families_that_could_not_be_read_are_left_out_and_named(
    regie: Regie, town: Town, simulator: Simulator
) -> None:
    for n in (1, 2):
        town.pay(n)
    town.deliver()
    town.add(1, '5.00')
    with simulator.fault('html_200', operation='readInvoices', family=str(FIRST + 1)):
        run = done(regie)
    assert (run.unread, found(run), run.complete) == ([str(FIRST + 1)], set(), False)


def test_a_worker_reads_a_few_families_at_a_time(
    regie: Regie, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        town.pay(n)
    monkeypatch.setattr('passerelle_maelis_invoices.use_cases.reconcile_payments.FAMILIES_A_TURN', 2)
    run, read = asked(regie), []
    while reconcile_what_was_asked_for():
        run.refresh_from_db()
        read.append((run.families_read, run.finished_at is not None))
    assert read == [(2, False), (4, False), (5, False), (5, True)]
    assert FAMILIES_A_TURN > 2


def test_two_workers_never_work_on_one_at_once(regie: Regie, town: Town) -> None:
    run = asked(regie)
    Reconciliation.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert not take_turn(run)
    assert not reconcile_what_was_asked_for()
    Reconciliation.objects.update(lease_until=timezone.now())
    assert take_turn(run)


def test_one_that_fails_is_over_and_says_so(
    regie: Regie, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run: Reconciliation) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr('passerelle_maelis_invoices.use_cases.reconcile_payments.compare_accounts', fail)
    run = asked(regie)
    do_paperwork()
    run.refresh_from_db()
    assert (run.error, run.complete) == ('ZeroDivisionError', False)
    assert not reconcile_what_was_asked_for()


@pytest.mark.parametrize('days', [-1, 400])
def test_a_period_must_make_sense(regie: Regie, days: int) -> None:
    today = date(2026, 3, 14)
    with pytest.raises(BadRequest, match='période'):
        asked(regie, first_day=today, last_day=today + timedelta(days=days))


class TestBank:
    FILE = 'Date;Référence;Montant\n{0};T1;42,00\n{0};T2;40,00\n{0};B9;7,00\n'

    @pytest.fixture
    def content(self, regie: Regie, town: Town) -> bytes:
        BankFileFormat.objects.create(
            regie=regie, reference_column='Référence', amount_column='Montant', day_column='Date'
        )
        for n in (1, 2, 3):
            town.pay(n)
        town.deliver()
        return self.FILE.format(f'{day_in_paris(timezone.now()):%d/%m/%Y}').encode()

    def test_the_file_is_the_third_party(self, regie: Regie, content: bytes) -> None:
        run = done(regie, bank_file=('mars.csv', content))
        assert found(run) == {
            (Kind.BANK_AMOUNT, 'T2', Decimal('-2.00')),
            (Kind.NOT_AT_BANK, 'T3', Decimal('-42.00')),
            (Kind.BANK_ONLY, 'B9', Decimal('7.00')),
        }
        assert (run.bank_file, run.bank_lines) == ('mars.csv', None)

    def test_a_basket_is_one_transaction_at_the_bank(self, regie: Regie, town: Town, content: bytes) -> None:
        Payment.objects.filter(transaction_id='T3').update(transaction_id='T1')
        more = content.replace(b'T1;42,00', b'T1;84,00').replace(b'40,00', b'42,00')
        assert found(done(regie, bank_file=('mars.csv', more))) == {(Kind.BANK_ONLY, 'B9', Decimal('7.00'))}

    def test_a_line_of_another_day_finds_its_payment(self, regie: Regie, content: bytes) -> None:
        Payment.objects.filter(transaction_id='T1').update(received_at=timezone.now() - timedelta(days=3))
        assert 'T1' not in {reference for _, reference, _ in found(done(regie, bank_file=('m.csv', content)))}


class TestCommand:
    @pytest.fixture
    def run(self, regie: Regie) -> Callable[..., tuple[int, str]]:
        today = str(day_in_paris(timezone.now()))

        def run(*more: str) -> tuple[int, str]:
            out, status = StringIO(), 0
            options = ['--regie', CODE, '--from', today, '--to', today, *more]
            try:
                call_command('maelis_reconcile', 'toulouse', *options, stdout=out)
            except SystemExit as end:
                status = int(end.code or 0)
            return status, out.getvalue()

        return run

    def test_it_prints_a_table_and_what_to_do(self, town: Town, run: Callable[..., tuple[int, str]]) -> None:
        town.pay(1)
        town.deliver()
        assert run()[0] == 0
        town.add(1, '5.00')
        status, text = run()
        assert status == 1
        row = next(line for line in text.splitlines() if line.startswith('payé par ailleurs'))
        assert row.split()[3:5] == [f'{FIRST + 1}-{FIRST + 1}', 'T1']
        assert row.endswith('  5,00 €')
        assert 'Rien à faire si la somme vient du guichet' in text

    def test_an_incomplete_one_ends_with_another_status(
        self, town: Town, run: Callable[..., tuple[int, str]], simulator: Simulator
    ) -> None:
        town.pay(1)
        simulator.down()
        status, text = run()
        assert status == 2
        assert f'laissées de côté : {FIRST + 1}' in text

    def test_a_file_that_cannot_be_read_is_told(
        self, run: Callable[..., tuple[int, str]], tmp_path: Path
    ) -> None:
        with pytest.raises(CommandError, match='ne peut pas être lu'):
            run('--bank', str(tmp_path / 'no.csv'))
        (tmp_path / 'bank.csv').write_text('a;b\n')
        with pytest.raises(CommandError, match='colonne'):
            run('--bank', str(tmp_path / 'bank.csv'))
        assert not Reconciliation.objects.exists()
