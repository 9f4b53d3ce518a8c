"""P5, P7 and P9, with processes that race."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from passerelle_maelis_invoices.models import LedgerEntry, Payment, PaymentEvent
from passerelle_maelis_invoices.use_cases.verify_ledger import verify_ledger
from passerelle_maelis_invoices.use_cases.write_ledger import write_ledger
from tests.builders import a_payment
from tests.ledger.tampering import empty, unlock
from tests.promises.races import deliver_one_payment_twice, notify_again_and_again, pay_one_invoice_twice
from tests.promises.stage import Stage
from tests.site import Site


def test_p5_a_notification_that_comes_again_gets_the_same_answer_and_no_second_record(
    stage: Stage, number: int
) -> None:
    notify_again_and_again(stage, notifications=200, ways=16, number=number).check()


def test_p7_no_more_than_what_is_due_is_sent_of_two_payments_of_one_invoice(
    stage: Stage, number: int
) -> None:
    pay_one_invoice_twice(stage, races=50, number=number).check()


def test_p9_two_workers_never_take_the_same_payment(stage: Stage, number: int) -> None:
    deliver_one_payment_twice(stage, races=25, number=number).check()


@pytest.mark.parametrize('change', ["UPDATE {table} SET actor = 'y'", 'DELETE FROM {table}'])
def test_p9_the_database_refuses_to_change_or_delete_what_the_journal_says(site: Site, change: str) -> None:
    a_payment().events.create(n=0, at='2026-04-01T10:00Z', actor='x', event='recorded', to_state='x')
    with (
        pytest.raises(DatabaseError, match='append-only'),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table=PaymentEvent._meta.db_table))
    assert PaymentEvent.objects.get().actor == 'x'


@pytest.mark.parametrize('key', ['id', 'payment_id, n'])
def test_p9_a_line_of_the_journal_cannot_be_replaced(site: Site, key: str) -> None:
    """SQLite's own way around triggers; PostgreSQL's is an UPDATE."""
    event = a_payment().events.create(n=0, at='2026-04-01T10:00Z', actor='x', event='recorded', to_state='x')
    table = PaymentEvent._meta.db_table
    new = {
        'actor': "'y'",
        'id': str(event.pk if key == 'id' else event.pk + 1),
        'n': '7' if key == 'id' else '0',
    }
    columns = [str(field.column) for field in PaymentEvent._meta.concrete_fields]
    values = ', '.join(new.get(name, name) for name in columns)
    row = f'({", ".join(columns)}) SELECT {values} FROM {table} WHERE id = {event.pk}'  # noqa: S608
    replace = {
        'sqlite': f'INSERT OR REPLACE INTO {table} {row}',
        'postgresql': f"INSERT INTO {table} {row} ON CONFLICT ({key}) DO UPDATE SET actor = 'y'",
    }
    with (
        pytest.raises(DatabaseError, match='append-only'),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(replace[site.vendor])
    assert PaymentEvent.objects.get().actor == 'x'


@pytest.mark.parametrize(
    'way', ['TRUNCATE {table}', 'TRUNCATE {table} CASCADE', 'TRUNCATE {payment} CASCADE']
)
def test_p8_p9_a_table_that_only_grows_cannot_be_emptied_at_once(site: Site, way: str) -> None:
    if site.vendor != 'postgresql':
        pytest.skip('SQLite has no TRUNCATE')
    a_payment().events.create(n=0, at='2026-04-01T10:00Z', actor='x', event='recorded', to_state='x')
    write_ledger()
    for model in (PaymentEvent, LedgerEntry):
        names = {'table': model._meta.db_table, 'payment': Payment._meta.db_table}
        with (
            pytest.raises(DatabaseError, match='append-only'),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(way.format(**names))
        assert model._default_manager.count() == 1


def test_p8_p9_an_empty_one_can_be_which_is_how_tests_clean_up(site: Site) -> None:
    a_payment()
    call_command('flush', interactive=False, verbosity=0, inhibit_post_migrate=True)
    assert not Payment.objects.exists()


def test_p8_entries_that_an_owner_of_the_database_took_away_are_missed(site: Site) -> None:
    """Past the triggers, as whoever owns the tables can."""
    regie = a_payment().regie
    write_ledger()
    assert [proof.lie for proof in verify_ledger(regie=regie)] == [None]
    unlock(LedgerEntry)
    empty(LedgerEntry)
    (proof,) = verify_ledger(regie=regie)
    assert proof.lie and (proof.lie.n, proof.lie.why) == (1, 'l’écriture n° 1 manque')
    with pytest.raises(SystemExit):
        call_command('maelis_verify_ledger', stdout=StringIO())
