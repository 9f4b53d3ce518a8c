from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment, Regie
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.builders import a_notice


def work_until_nothing_is_due() -> None:
    for _ in range(5):
        Payment.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())
        work(actor='worker')


def test_a_payment_that_maelis_calls_a_duplicate_is_there(regie: Regie, simulator: Simulator) -> None:
    """Its first answer was lost, and Maelis is slower to show it than promised."""
    simulator.control(lag=3600, refuse_duplicates=True)
    simulator.put_invoice(family='1001', regie='007', number='700', amount='30.00')
    payment = record_payment(regie=regie, invoice_id='1001-700', notice=a_notice('T1'), client=None)
    with simulator.fault('commit_then_reset', operation='payInvoices', times=1):
        work_until_nothing_is_due()
    simulator.control(lag=0)
    work_until_nothing_is_due()
    payment.refresh_from_db()
    assert payment.state == State.CONFIRMED
    assert not payment.attention
    assert len(simulator.journal()) == 1
