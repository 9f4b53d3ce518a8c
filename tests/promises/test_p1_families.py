"""P1 and P2 for an invoice that two ids could name."""

from __future__ import annotations

from tests.promises.commands import ask
from tests.promises.stage import Bill, Stage


def test_p1_zeros_before_a_family_number_do_not_open_its_paid_invoice_again(stage: Stage) -> None:
    bill = stage.bills(['42.00'])[0]
    assert ask(bill.pay_path, {'transaction_id': 'T', 'amount': '42.00'})[0] == 200
    spelled_otherwise = Bill(bill.regie, f'0{bill.family}', bill.number, bill.total)
    status, _ = ask(spelled_otherwise.path(f'invoice/{spelled_otherwise.id}/'))
    assert status == 404
    listed = ask(bill.path('invoices/', payer_external_id=spelled_otherwise.family))[1]['data']
    assert listed == []
    assert ask(bill.path(f'invoice/{bill.id}/'))[1]['data']['online_payment'] is False
