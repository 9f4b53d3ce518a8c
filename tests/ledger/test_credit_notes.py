"""Two payments for one invoice, or too much: the surplus goes back, and Maelis never hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.models import CreditNote, Invoice, LedgerEntry, Payment, RefundStep, Regie
from passerelle_maelis_invoices.use_cases.issue_credit_note import issue_credit_note, why_no_credit_note
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.record_refund import record_refund_done, record_refund_returned
from passerelle_maelis_invoices.use_cases.resubmit_payment import resubmit_payment
from passerelle_maelis_invoices.use_cases.reverse_payment import reverse_payment
from passerelle_maelis_invoices.use_cases.show_invoices import show_invoices
from passerelle_maelis_invoices.use_cases.verify_ledger import verify_ledger
from passerelle_maelis_invoices.use_cases.write_ledger import write_ledger
from tests.builders import a_notice, a_payment, a_regie, an_invoice

TODAY = date(2026, 3, 14)
REASON = {'actor': 'Mme Durand', 'reason': 'payé deux fois'}


@pytest.fixture
def regie(db: None) -> Regie:
    return a_regie('007')


def paid_twice(regie: Regie) -> Payment:
    """The second payment, set aside: nothing is due any more."""
    invoice = an_invoice(regie=regie)
    a_payment('T1', of=invoice, state=State.CONFIRMED, paid_at=datetime(2026, 3, 1, tzinfo=UTC))
    Invoice.objects.update(paid='42.00')
    return record_payment(regie=regie, invoice_id=str(invoice), notice=a_notice('T2', '42.00'), client=None)


def paid_too_much(regie: Regie, state: State = State.DELIVERED) -> Payment:
    invoice = an_invoice('31', regie=regie)
    return a_payment('T3', of=invoice, amount='50.00', allotted=Decimal('42.00'), state=state)


def the_invoice(number: str = '30') -> tuple[Decimal, bool, bool]:
    shown = {item.number: item for item in show_invoices(a_regie('007'), Invoice.objects.all())}[number]
    return shown.remaining, shown.payment_pending, shown.not_payable == 'nothing-due'


def ledger() -> list[tuple[str, Decimal]]:
    write_ledger()
    assert not [proof for proof in verify_ledger(regie=a_regie('007')) if proof.lie]
    return list(LedgerEntry.objects.order_by('n').values_list('kind', 'amount'))


def test_the_whole_of_a_second_payment_is_credited(regie: Regie) -> None:
    second = paid_twice(regie)
    assert second.attention == Attention.NOTHING_DUE
    note = issue_credit_note(second, **REASON)
    second.refresh_from_db()
    assert (second.state, second.attention, second.next_attempt_at) == (State.CREDITED, '', None)
    assert (note.amount, second.surplus) == (42, 42)
    assert note.number == f'AV-007-{note.year}-00001'


def test_the_credit_note_is_journalled_with_who_and_why(regie: Regie) -> None:
    second = paid_twice(regie)
    issue_credit_note(second, **REASON)
    event = second.events.order_by('-n')[0]
    assert (event.event, event.from_state, event.to_state) == ('credited', 'recorded', 'credited')
    assert (event.actor, event.reason) == ('Mme Durand', 'payé deux fois')


def test_a_person_sees_the_invoice_as_paid_not_as_paid_twice(regie: Regie) -> None:
    issue_credit_note(paid_twice(regie), **REASON)
    assert the_invoice() == (0, False, True)
    Invoice.objects.update(paid='0.00')
    assert the_invoice() == (0, False, True)


def test_p1_what_paid_the_invoice_instead_is_remembered_with_the_credited_payment(regie: Regie) -> None:
    invoice = an_invoice(regie=regie)
    second = a_payment('T1', of=invoice, attention=Attention.NOTHING_DUE)
    Invoice.objects.update(paid='42.00')
    issue_credit_note(second, **REASON)
    Invoice.objects.update(paid='0.00')
    assert the_invoice()[0] == 0


@pytest.mark.parametrize('state', [State.DELIVERED, State.CONFIRMED])
def test_the_surplus_of_a_delivered_payment_is_credited(regie: Regie, state: State) -> None:
    payment = paid_too_much(regie, state)
    note = issue_credit_note(payment, **REASON)
    assert (note.amount, Payment.objects.get(pk=payment.pk).state) == (8, state)
    assert the_invoice('31')[0] == 0


@pytest.mark.parametrize('state', [State.RECORDED, State.SENDING, State.UNCERTAIN, State.REFUSED])
def test_a_surplus_that_may_still_change_is_not_credited(regie: Regie, state: State) -> None:
    with pytest.raises(BadRequest, match='une fois le règlement transmis'):
        issue_credit_note(paid_too_much(regie, state), **REASON)
    assert not CreditNote.objects.exists()


def test_a_payment_without_a_surplus_is_not_credited(regie: Regie) -> None:
    payment = a_payment(of=an_invoice(regie=regie), state=State.CONFIRMED)
    assert why_no_credit_note(payment) == 'Ce règlement n’a pas de trop-perçu.'
    with pytest.raises(BadRequest):
        issue_credit_note(payment, **REASON)


def test_a_reason_is_needed(regie: Regie) -> None:
    with pytest.raises(BadRequest, match='motif'):
        issue_credit_note(paid_twice(regie), actor='Mme Durand', reason=' ')


def test_a_payment_that_the_invoice_needs_after_all_is_not_credited(regie: Regie) -> None:
    second = paid_twice(regie)
    Invoice.objects.update(paid='0.00')
    Payment.objects.filter(pk=second.pk).update(elsewhere='0.00')
    second.refresh_from_db()
    reverse_payment(Payment.objects.get(transaction_id='T1'), **REASON)
    with pytest.raises(BadRequest, match='renvoyez-le'):
        issue_credit_note(second, **REASON)
    resubmit_payment(second, **REASON)
    assert (the_invoice()[0], second.allotted, second.surplus) == (0, 42, 0)


def test_a_surplus_is_credited_once(regie: Regie) -> None:
    payment = paid_too_much(regie)
    note = issue_credit_note(payment, **REASON)
    assert why_no_credit_note(payment) == 'Un avoir a déjà été émis pour ce règlement.'
    with pytest.raises(BadRequest, match='déjà'):
        issue_credit_note(payment, **REASON)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditNote.objects.create(
            regie=regie, year=note.year, n=9, payment=payment, amount=8, issued_at=timezone.now()
        )


def test_credit_notes_are_numbered_by_regie_and_year_without_gaps(regie: Regie) -> None:
    others = [
        a_payment(f'S{n}', of=an_invoice(f'4{n}', regie=a_regie('SEN')), attention=Attention.UNKNOWN_INVOICE)
        for n in range(2)
    ]
    Invoice.objects.update(vanished_at=timezone.now())
    with time_machine.travel('2026-12-31T22:59:59Z', tick=False):
        first = issue_credit_note(paid_too_much(regie), **REASON)
        with pytest.raises(BadRequest):
            issue_credit_note(a_payment('T9', of=an_invoice('50', regie=regie)), **REASON)
        second = issue_credit_note(paid_twice(regie), **REASON)
        foreign = issue_credit_note(others[0], **REASON)
    with time_machine.travel('2026-12-31T23:00:00Z', tick=False):
        next_year = issue_credit_note(others[1], **REASON)
    numbers = [note.number for note in (first, second, foreign, next_year)]
    assert numbers == ['AV-007-2026-00001', 'AV-007-2026-00002', 'AV-SEN-2026-00001', 'AV-SEN-2027-00001']


def test_a_credit_note_is_a_negative_entry(regie: Regie) -> None:
    issue_credit_note(paid_twice(regie), **REASON)
    assert ledger() == [('payment', 42), ('payment', 42), ('credit-note', -42)]


def test_p7_a_credited_payment_is_never_sent(regie: Regie) -> None:
    second = paid_twice(regie)
    issue_credit_note(second, **REASON)
    assert not Payment.objects.due(timezone.now() + timedelta(days=365)).filter(pk=second.pk).exists()


@pytest.mark.parametrize('model', [CreditNote, RefundStep])
def test_p8_the_database_refuses_to_change_a_credit_note_or_its_journal(
    regie: Regie, model: type[CreditNote] | type[RefundStep]
) -> None:
    issue_credit_note(paid_twice(regie), **REASON)
    for act in (lambda rows: rows.update(reason='autre'), lambda rows: rows._raw_delete('default')):
        with pytest.raises(DatabaseError), transaction.atomic():
            act(model._default_manager.all())


class TestRefund:
    @pytest.fixture
    def note(self, regie: Regie) -> CreditNote:
        return issue_credit_note(paid_twice(regie), **REASON)

    def test_it_is_to_be_done_until_a_person_says_that_it_was(self, note: CreditNote) -> None:
        assert note.last_step.progress == 'to-do'
        record_refund_done(note, done_on=TODAY, reference='VIR-12', actor='M. Petit')
        step = note.last_step
        assert (step.progress, step.done_on, step.reference, step.actor) == (
            'done', TODAY, 'VIR-12', 'M. Petit',
        )  # fmt: skip

    def test_it_is_done_once_unless_it_came_back(self, note: CreditNote) -> None:
        record_refund_done(note, done_on=TODAY, reference='VIR-12', actor='M. Petit')
        with pytest.raises(BadRequest, match='« fait »'):
            record_refund_done(note, done_on=TODAY, reference='VIR-13', actor='M. Petit')
        record_refund_returned(note, reason='compte fermé', actor='M. Petit')
        record_refund_done(note, done_on=TODAY, reference='VIR-13', actor='M. Petit')
        steps = note.refund_steps.order_by('n').values_list('progress', flat=True)
        assert list(steps) == ['to-do', 'done', 'to-do', 'done']

    @pytest.mark.parametrize(
        ('reference', 'day'), [(' ', TODAY), ('VIR-12', timezone.now().date() + timedelta(days=2))]
    )
    def test_it_needs_a_reference_and_a_day_that_has_come(
        self, note: CreditNote, reference: str, day: date
    ) -> None:
        with pytest.raises(BadRequest):
            record_refund_done(note, done_on=day, reference=reference, actor='M. Petit')

    def test_a_reversal_makes_a_refund_pointless_that_was_not_done(self, note: CreditNote) -> None:
        reverse_payment(Payment.objects.get(transaction_id='T2'), actor='M. Petit', reason='rejeté')
        assert note.last_step.progress == 'cancelled'
        assert list(CreditNote.objects.standing()) == []
        assert sum(amount for _, amount in ledger()) == 42
        with pytest.raises(BadRequest):
            record_refund_done(note, done_on=TODAY, reference='VIR-12', actor='M. Petit')

    def test_a_refund_that_was_done_before_the_reversal_is_money_to_recover(self, note: CreditNote) -> None:
        record_refund_done(note, done_on=TODAY, reference='VIR-12', actor='M. Petit')
        reverse_payment(Payment.objects.get(transaction_id='T2'), actor='M. Petit', reason='rejeté')
        assert note.last_step.progress == 'done'
        assert sum(amount for _, amount in ledger()) == 0
