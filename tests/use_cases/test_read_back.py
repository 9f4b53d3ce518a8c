"""What the worker makes of payments whose answer was lost, and of those that Maelis does not show yet."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment, Reachability, Regie
from passerelle_maelis_invoices.use_cases.read_back_payment import look_for_delivered, read_back_uncertain
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.builders import a_notice

AN_HOUR = 3600


def pay(regie: Regie, simulator: Simulator, family: str) -> Payment:
    """Recorded, of an invoice made for it."""
    number = f'7{family}'
    simulator.put_invoice(
        family=family, regie=regie.code, number=number, amount='30.00', deadline='2099-12-31'
    )
    notice = a_notice(f'T-{family}')
    record_payment(regie=regie, invoice_id=f'{family}-{number}', notice=notice, client=None)
    return fresh(family)


def fresh(family: str) -> Payment:
    return Payment.objects.select_related('regie__connector').get(transaction_id=f'T-{family}')


def put_off(payment: Payment) -> None:
    """Not due soon, so that the worker looks at the others first."""
    Payment.objects.filter(pk=payment.pk).update(next_attempt_at=timezone.now() + timedelta(days=1))


@pytest.fixture
def accepted(regie: Regie, simulator: Simulator) -> Payment:
    """Acknowledged, and not looked for yet."""
    pay(regie, simulator, '700001')
    work(actor='worker')
    payment = fresh('700001')
    assert (payment.state, payment.failures) == (State.DELIVERED, 0)
    put_off(payment)
    return payment


def lose(regie: Regie, simulator: Simulator, mode: str = 'reset_before_commit') -> Payment:
    pay(regie, simulator, '700002')
    with simulator.fault(mode, operation='payInvoices', times=1):
        work(actor='worker')
    payment = fresh('700002')
    assert payment.state == State.UNCERTAIN
    return payment


def outage(simulator: Simulator, *payments: Payment) -> None:
    """Maelis cannot be asked about them, then is back."""
    simulator.down()
    for payment in payments:
        look_for_delivered(payment, actor='worker')
    simulator.up()
    Reachability.objects.all().delete()


def test_an_outage_is_no_proof_that_maelis_is_slow(
    regie: Regie, simulator: Simulator, accepted: Payment
) -> None:
    lost = lose(regie, simulator)
    outage(simulator, accepted)
    read_back_uncertain(lost, actor='worker')
    assert (lost.state, lost.attention) == (State.RECORDED, '')
    work(actor='worker')
    assert [entry['reference'] for entry in simulator.journal()] == ['T-700001', 'T-700002']


def test_only_answers_that_do_not_show_a_payment_are_counted(
    regie: Regie, simulator: Simulator, accepted: Payment
) -> None:
    simulator.control(lag=AN_HOUR)
    outage(simulator, accepted, accepted)
    assert fresh('700001').failures == 0
    look_for_delivered(fresh('700001'), actor='worker')
    assert fresh('700001').failures == 1


def test_p2_others_are_asked_about_before_one_is_taken_for_absent(
    regie: Regie, simulator: Simulator, accepted: Payment
) -> None:
    """Maelis took both, is slower than promised, and an outage kept us from seeing that."""
    simulator.control(lag=AN_HOUR)
    lost = lose(regie, simulator, 'commit_then_reset')
    outage(simulator, accepted)
    read_back_uncertain(lost, actor='worker')
    assert (lost.state, lost.attention) == (State.UNCERTAIN, Attention.UNDECIDED)
    assert len(simulator.journal()) == 2


def test_p2_nothing_is_taken_for_absent_while_maelis_answers_for_no_other(
    regie: Regie, simulator: Simulator, accepted: Payment
) -> None:
    lost = lose(regie, simulator)
    with simulator.fault('unknown_fault', operation='readInvoices', family=accepted.family_id):
        read_back_uncertain(lost, actor='worker')
    assert (lost.state, lost.attention, lost.failures) == (State.UNCERTAIN, '', 1)
    read_back_uncertain(lost, actor='worker')
    assert lost.state == State.RECORDED
    assert fresh('700001').state == State.CONFIRMED


def test_one_that_was_found_late_is_no_proof_that_maelis_is_slow(regie: Regie, simulator: Simulator) -> None:
    """It could not be asked about for a while; the next one is read back before it is looked for again."""
    found = lose(regie, simulator, 'commit_then_reset')
    simulator.down()
    read_back_uncertain(found, actor='worker')
    simulator.up()
    Reachability.objects.all().delete()
    read_back_uncertain(fresh('700002'), actor='worker')
    assert (fresh('700002').state, fresh('700002').failures) == (State.DELIVERED, 0)
    assert fresh('700002').sent_amount == Decimal('30.00')
