"""P5, P7 and P9, with processes that race."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from passerelle_maelis_invoices.models import PaymentEvent
from tests.builders import a_payment
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
