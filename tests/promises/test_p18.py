"""P18: erasure of a family."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from passerelle_maelis_invoices.models import ErasedWords, Erasure, PaymentEvent
from passerelle_maelis_invoices.models.erasure import ERASED
from tests.builders import a_connector, a_payment
from tests.promises.erasures import erase_families
from tests.promises.stage import Stage
from tests.site import Site


def test_p18_nothing_of_an_erased_family_is_left_and_what_comes_later_lands(
    stage: Stage, number: int
) -> None:
    erase_families(stage, times=1, number=number).check()


#: Text columns that a family's data can reach: erased, or, for a payment, replaced.
REACHED = """
    Payment.family_id Payment.invoice_number Payment.order_id Payment.bank_transaction_id
    Payment.notification PaymentEvent.reason CreditNote.reason RefundStep.reference RefundStep.reason
    Alert.message Discrepancy.family_id Discrepancy.invoice_number Discrepancy.reference
    Reconciliation.cursor Reconciliation.unread Export.family_id Export.file FamilyLink.name_id
    FamilyLink.family_id InvoiceList.family_id InvoiceList.last_error Invoice.number Invoice.family_id
    Invoice.label Invoice.bean Invoice.bean_hash RefreshBatch.after RefreshBatch.up_to
    RejectedNotification.invoice_id RejectedNotification.body RejectedNotification.reason
    RejectedNotification.outcome Reachability.awry_about"""
#: The others, each with why it names no family.
NAMES_NOBODY = {
    'configured by an administrator': """
        Connector.* Regie.* ApiClient.* BankFileFormat.* DocumentSettings.*""",
    'who did it: staff, a portal, a worker': """
        PaymentEvent.actor CreditNote.actor RefundStep.actor Erasure.actor Reconciliation.actor
        MonthClosing.actor Export.requested_by RejectedNotification.settled_by""",
    'kept for the accounts: the transaction, by which a notification that comes again is known': """
        Payment.transaction_id LedgerEntry.reference""",
    'a code, a hash or a number of ours': """
        Payment.oddities PaymentEvent.event PaymentEvent.from_state PaymentEvent.to_state Alert.subject
        ErasedWords.table_name LedgerEntry.previous_hash LedgerEntry.hash MonthClosing.last_hash
        Numbering.last_hash Heartbeat.name Nonce.orig Nonce.nonce""",
    'sums or counts': 'Erasure.counts Reconciliation.balance RefreshRun.summary',
    'what failed, in words of ours or of a mail server': """
        Telling.last_error Export.error Reachability.last_error Reconciliation.error""",
    'the form of an element, never what it says': """
        NotedDrift.operation NotedDrift.element NotedDrift.example""",
    'gone when the reconciliation ends, before which no family is erased': 'Reconciliation.bank_lines',
    'a file, named by whoever sent it': 'Reconciliation.bank_file',
    'told not to name anybody, and refused when it names the family': 'Erasure.reason',
}


def test_p18_every_text_column_is_known_to_be_erased_or_to_name_nobody() -> None:
    """A new one must be put in its place: does a family's data reach it?"""
    named = {*' '.join([REACHED, *NAMES_NOBODY.values()]).split()}
    assert not [column for column in _text_columns() if not {column, _whole(column)} & named]


def _text_columns() -> list[str]:
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    return [
        f'{model.__name__}.{field.name}'
        for model in apps.get_app_config('passerelle_maelis_invoices').get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, kinds) and not field.choices
    ]


def _whole(column: str) -> str:
    return f'{column.partition(".")[0]}.*'


@pytest.fixture
def line(site: Site) -> PaymentEvent:
    at = {'at': '2026-04-01T10:00Z', 'actor': 'camille', 'event': 'recorded', 'to_state': 'recorded'}
    line: PaymentEvent = a_payment().events.create(n=0, reason='dit par M. Dupont', **at)
    return line


def _name_in_journal(line: PaymentEvent) -> None:
    erasure = Erasure.objects.create(
        connector=a_connector(), erased_at='2026-04-02T10:00Z', actor='admin', reason='demande'
    )
    ErasedWords.objects.create(erasure=erasure, table_name=PaymentEvent._meta.db_table, row_id=line.pk)


@pytest.mark.parametrize('reason', [ERASED, '', 'dit par Mme Martin'])
def test_p18_words_of_the_journal_stay_unless_the_journal_of_erasures_names_them(
    line: PaymentEvent, reason: str
) -> None:
    with pytest.raises(DatabaseError, match='append-only'), transaction.atomic():
        PaymentEvent.objects.update(reason=reason)


@pytest.mark.parametrize(
    'changes',
    [{'reason': 'autre'}, {'reason': ''}, {'reason': ERASED, 'actor': 'x'}, {'to_state': 'reversed'}],
)
def test_p18_nothing_but_words_may_go_even_then(line: PaymentEvent, changes: dict[str, str]) -> None:
    _name_in_journal(line)
    with pytest.raises(DatabaseError, match='append-only'), transaction.atomic():
        PaymentEvent.objects.update(**changes)
    with pytest.raises(DatabaseError, match='append-only'), transaction.atomic():
        PaymentEvent.objects.all()._raw_delete('default')
    assert PaymentEvent.objects.update(reason=ERASED) == 1


@pytest.mark.parametrize('model', [Erasure, ErasedWords])
def test_p18_the_journal_of_erasures_only_grows(line: PaymentEvent, model: Any) -> None:
    _name_in_journal(line)
    with pytest.raises(DatabaseError, match='append-only'), transaction.atomic():
        model.objects.update(id=77)
    with pytest.raises(DatabaseError, match='append-only'), transaction.atomic():
        model.objects.all()._raw_delete('default')
