"""A payment is reversed days after Maelis accepted it: the invoice is open again, though Maelis shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.invoice import PaymentPolicy
from passerelle_maelis_invoices.domain.overlay import CountedPayment
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.domain.sending import Candidate, ToSend, Try, Unsendable, what_to_send
from passerelle_maelis_invoices.domain.show import PaymentMade, show_invoice
from passerelle_maelis_invoices.domain.withdrawal import Withdrawn, removed_meanwhile, still_shown
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.models import Payment, Regie
from passerelle_maelis_invoices.use_cases.declare_withdrawn import declare_withdrawn_from_maelis
from passerelle_maelis_invoices.use_cases.notice_shown_payments import REMOVED
from passerelle_maelis_invoices.use_cases.read_back_payment import read_back_uncertain
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoice
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.reverse_payment import reverse_payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.builders import a_connector, a_notice, a_regie
from tests.domain.test_sending import INVOICE, paid

AMOUNTS = st.decimals('0.01', '9999999.99', places=2)
TODAY = date(2026, 3, 14)
FAMILY, NUMBER = '700001', '77'


def withdrawn(sent: str, baseline: str = '0.00') -> Withdrawn:
    return Withdrawn(Decimal(sent), Decimal(baseline))


@pytest.fixture
def regie(db: None, simulator: Simulator) -> Regie:
    connector = a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0, deadline=5.0, payment_lag=0)
    simulator.put_invoice(family=FAMILY, regie='007', number=NUMBER, amount='42.00', deadline='2099-12-31')
    return a_regie('007', connector=connector)


def pay(regie: Regie, transaction: str, amount: str = '42.00') -> Payment:
    return record_payment(
        regie=regie, invoice_id=f'{FAMILY}-{NUMBER}', notice=a_notice(transaction, amount), client=None
    )


def remaining(regie: Regie) -> Decimal:
    return read_invoice(regie=regie, invoice_id=f'{FAMILY}-{NUMBER}', family_ids=[FAMILY]).remaining


def work_it_off() -> None:
    while work(actor='worker'):
        Payment.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())


@pytest.fixture
def reversed_payment(regie: Regie) -> Payment:
    """Confirmed by Maelis, then rejected by the bank."""
    remaining(regie)
    pay(regie, 'T1')
    work_it_off()
    payment = Payment.objects.get()
    assert (payment.state, remaining(regie)) == (State.CONFIRMED, 0)
    reverse_payment(payment, actor='Mme Durand', reason='prélèvement rejeté')
    return payment


def in_maelis(simulator: Simulator) -> Decimal:
    return Decimal(simulator.invoices(FAMILY, '007')[0]['paid'])


def test_a_figure_is_believed_again_where_the_payment_never_showed() -> None:
    assert still_shown(Decimal('10.00'), [withdrawn('42.00', '10.00')]) == 0
    assert still_shown(Decimal('30.00'), [withdrawn('42.00', '10.00')]) == 20
    assert still_shown(Decimal('94.00'), [withdrawn('42.00'), withdrawn('42.00', '42.00')]) == 84


@given(baseline=AMOUNTS, sent=AMOUNTS, shown=AMOUNTS)
def test_no_more_is_taken_off_than_maelis_has_added(baseline: Decimal, sent: Decimal, shown: Decimal) -> None:
    part = still_shown(shown, [Withdrawn(sent, baseline)])
    assert 0 <= part <= sent
    assert shown - part >= min(shown, baseline)


def test_the_oldest_are_removed_first() -> None:
    amounts = [Decimal('10.00'), Decimal('5.00')]
    falls = [
        removed_meanwhile(Decimal('15.00'), Decimal(now), amounts) for now in ('15', '6', '5', '0', '20')
    ]
    assert falls == [0, 0, 1, 2, 0]


def test_the_invoice_is_open_again_although_maelis_shows_the_payment(
    regie: Regie, reversed_payment: Payment, simulator: Simulator
) -> None:
    assert (in_maelis(simulator), remaining(regie)) == (42, 42)


def test_it_stays_open_when_maelis_removes_the_payment_and_money_counts_again(
    regie: Regie, reversed_payment: Payment, simulator: Simulator
) -> None:
    simulator.put_invoice(family=FAMILY, regie='007', number=NUMBER, paid='-42.00')
    assert (in_maelis(simulator), remaining(regie)) == (0, 42)
    assert Payment.objects.get().withdrawn_at
    event = reversed_payment.events.get(event=REMOVED)
    assert (event.actor, event.from_state, event.to_state) == ('Maelis', State.REVERSED, State.REVERSED)
    assert event.reason == 'Maelis montrait 42.00 € payés, et n’en montre plus que 0.00'
    simulator.add_money(regie='007', number=NUMBER, amount='42.00')
    assert remaining(regie) == 0


def test_money_from_the_counter_before_the_removal_is_not_taken_for_the_payment(
    regie: Regie, reversed_payment: Payment, simulator: Simulator
) -> None:
    simulator.add_money(regie='007', number=NUMBER, amount='42.00')
    assert remaining(regie) == 0
    simulator.put_invoice(family=FAMILY, regie='007', number=NUMBER, paid='-42.00')
    assert (in_maelis(simulator), remaining(regie)) == (42, 0)


def test_a_person_may_say_that_maelis_does_not_hold_it(regie: Regie, reversed_payment: Payment) -> None:
    declare_withdrawn_from_maelis(reversed_payment, actor='Mme Durand', reason='vu dans Maelis')
    assert remaining(regie) == 0
    with pytest.raises(BadRequest):
        declare_withdrawn_from_maelis(reversed_payment, actor='Mme Durand', reason='vu dans Maelis')


def test_who_says_so_and_how_they_know_is_in_its_journal(reversed_payment: Payment) -> None:
    with pytest.raises(BadRequest, match='comment'):
        declare_withdrawn_from_maelis(reversed_payment, actor='Mme Durand', reason=' ')
    declare_withdrawn_from_maelis(reversed_payment, actor='Mme Durand', reason='vu dans Maelis')
    line = reversed_payment.events.order_by('-n')[0]
    assert (line.event, line.actor, line.reason) == ('withdrawn', 'Mme Durand', 'vu dans Maelis')
    assert (line.from_state, line.to_state) == (State.REVERSED, State.REVERSED)


def test_it_can_be_paid_anew_and_is_sent(
    regie: Regie, reversed_payment: Payment, simulator: Simulator
) -> None:
    pay(regie, 'T2')
    assert remaining(regie) == 0
    work_it_off()
    assert Payment.objects.get(transaction_id='T2').state == State.CONFIRMED
    assert [entry['reference'] for entry in simulator.journal()] == ['T1', 'T2']
    simulator.put_invoice(family=FAMILY, regie='007', number=NUMBER, paid='-42.00')
    assert (in_maelis(simulator), remaining(regie)) == (42, 0)


def test_a_reversed_payment_that_never_left_changes_nothing(regie: Regie, simulator: Simulator) -> None:
    simulator.add_money(regie='007', number=NUMBER, amount='10.00')
    remaining(regie)
    reverse_payment(pay(regie, 'T1', '32.00'), actor='Mme Durand', reason='erreur')
    assert remaining(regie) == 32


def test_what_is_sent_leaves_a_reversed_payment_out() -> None:
    decision = what_to_send(
        Candidate(Decimal('30.00'), Decimal('0.00')), paid('30.00'), [], [withdrawn('30')]
    )
    assert decision == ToSend(Decimal('30.00'), Decimal('30.00'), Decimal('0.00'))


def test_p2_a_try_that_a_removal_may_hide_is_never_taken_for_absent() -> None:
    earlier = Try(Decimal('30.00'), Decimal('30.00'), may_be_hidden=True)
    candidate = Candidate(Decimal('30.00'), Decimal('0.00'), earlier)
    assert what_to_send(candidate, paid('30.00'), []) is Unsendable.UNDECIDED
    open_one = replace(candidate, earlier=replace(earlier, may_be_hidden=False))
    assert isinstance(
        what_to_send(open_one, replace(INVOICE, paid=Decimal('30.00'), total=Decimal('60.00')), []), ToSend
    )


def test_p2_a_lost_answer_beside_a_removal_goes_to_a_person(
    regie: Regie, reversed_payment: Payment, simulator: Simulator
) -> None:
    pay(regie, 'T2')
    with simulator.fault('commit_then_reset', operation='payInvoices', times=1):
        work(actor='worker')
    second = Payment.objects.select_related('regie__connector').get(transaction_id='T2')
    assert (second.state, second.baseline, in_maelis(simulator)) == (State.UNCERTAIN, 42, 84)
    simulator.put_invoice(family=FAMILY, regie='007', number=NUMBER, paid='-42.00')
    assert in_maelis(simulator) == 42
    read_back_uncertain(second, actor='worker')
    second.refresh_from_db()
    assert (second.state, second.attention) == (State.UNCERTAIN, Attention.UNDECIDED)
    assert len(simulator.journal()) == 2
    assert timezone.now() - second.received_at < timedelta(hours=1)


@given(
    total=AMOUNTS,
    maelis=st.decimals('0.00', '9999999.99', places=2),
    gone=st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=3),
    state=st.sampled_from([state for state in State if state not in (State.REVERSED, State.CREDITED)]),
)
def test_p1_reversed_payments_never_reopen_what_another_one_paid(
    total: Decimal, maelis: Decimal, gone: list[tuple[Decimal, Decimal]], state: State
) -> None:
    standing = PaymentMade(CountedPayment(state, total), TODAY)
    reversed_ones = [
        PaymentMade(CountedPayment(State.REVERSED, sent), TODAY, Withdrawn(sent, baseline))
        for sent, baseline in gone
    ]
    figures = replace(INVOICE, total=total, paid=maelis)
    shown = show_invoice(figures, [*reversed_ones, standing], policy=PaymentPolicy(), today=TODAY)
    assert (shown.remaining, shown.not_payable) == (0, 'nothing-due')


def test_a_credited_payment_is_neither_pending_nor_the_one_that_paid() -> None:
    credited = PaymentMade(CountedPayment(State.CREDITED, Decimal('0.00'), Decimal('30.00')), TODAY)
    shown = show_invoice(INVOICE, [credited], policy=PaymentPolicy(), today=TODAY)
    assert (shown.remaining, shown.payment_pending, shown.payment_date) == (0, False, None)
