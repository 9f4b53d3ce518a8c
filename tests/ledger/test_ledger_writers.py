"""Several writers at once, on each database: no number is given twice, none is left out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.models import CreditNote, LeaseLost, LedgerEntry, Payment, Regie
from passerelle_maelis_invoices.use_cases.issue_credit_note import issue_credit_note
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from passerelle_maelis_invoices.use_cases.verify_ledger import verify_ledger
from passerelle_maelis_invoices.use_cases.write_ledger import write_ledger
from tests.builders import a_notice, a_payment, a_regie, an_invoice
from tests.site import Site

PAYMENTS, PAYERS, WRITERS = 80, 4, 3


def test_p8_entries_are_numbered_without_gaps_whoever_writes_them(site: Site) -> None:
    regie = a_regie('007')

    def pay(n: int) -> int:
        record_payment(regie=regie, invoice_id=f'1312-{n}', notice=a_notice(f'T{n}', '10.00'), client=None)
        return 0

    jobs = [lambda n=n: pay(n) for n in range(PAYMENTS)]
    for turn in range(3 * WRITERS):
        jobs.insert(turn * 8, write_ledger)
    written = side_by_side(jobs, PAYERS + WRITERS)
    assert sum(written) + write_ledger() == PAYMENTS
    numbers = LedgerEntry.objects.order_by('n').values_list('n', flat=True)
    assert list(numbers) == list(range(1, PAYMENTS + 1))
    assert [proof.lie for proof in verify_ledger(regie=regie)] == [None]


def test_p8_two_persons_make_one_credit_note_and_numbers_have_no_gaps(site: Site) -> None:
    regie = a_regie('007')
    payments = [too_much(regie, n) for n in range(10)]

    def credit(pk: int) -> int:
        try:
            issue_credit_note(Payment.objects.get(pk=pk), actor='Mme Durand', reason='trop-perçu')
        except (BadRequest, LeaseLost):
            return 0
        return 1

    jobs = [lambda pk=payment.pk: credit(pk) for payment in payments for _ in range(2)]
    assert sum(side_by_side(jobs, 4)) == 10
    assert sorted(CreditNote.objects.values_list('n', flat=True)) == list(range(1, 11))


def too_much(regie: Regie, n: int) -> Payment:
    payment = a_payment(f'T{n}', of=an_invoice(str(n), regie=regie), amount='50.00', state=State.DELIVERED)
    Payment.objects.filter(pk=payment.pk).update(allotted='42.00')
    return payment


def side_by_side(jobs: list[Callable[[], int]], threads: int) -> list[int]:
    def run(job: Callable[[], int]) -> int:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, jobs))
