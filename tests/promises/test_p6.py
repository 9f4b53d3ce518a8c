"""P6: a well-formed notification of an authorised caller is kept, acknowledged and shown, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.promises.commands import ask
from tests.promises.stage import Bill, Stage

#: What Maelis says of the invoice; None: it was cancelled after it was read.
INVOICES: dict[str, dict[str, Any] | None] = {
    'to pay': {},
    'paid': {'paid': '42.00'},
    'part paid': {'paid': '12.00'},
    'paid at the treasury': {'treasury': '42.00'},
    'past due': {'deadline': '2020-01-31'},
    'zero': {'amount': '0.00'},
    'credit': {'amount': '-42.00'},
    'cancelled': None,
}
REGIES: dict[str, dict[str, Any]] = {
    'open': {},
    'closed to online payment': {'online_payment': False},
    'not in use': {'active': False},
    'above its maximum': {'maximum_amount': '1.00'},
    'below its minimum': {'minimum_amount': '1000.00'},
}
NOTIFICATIONS: dict[str, dict[str, Any]] = {
    'bare': {},
    'whole': {'amount': '42.00'},
    'too much': {'amount': '1000'},
    'too little': {'amount': 0.01},
    'nothing': {'amount': '0'},
    'negative': {'amount': '-5.00'},
    'amount unreadable': {'amount': 'quarante-deux'},
    'date unreadable': {'transaction_date': 'hier'},
    'of last year': {'transaction_date': '2025-04-01T10:00:00'},
    'with more': {'bank_data': {'é': ['&']}, 'order_id': 12, 'email': None},
}


@pytest.fixture
def bill(stage: Stage) -> Bill:
    return stage.bills(['42.00'], regie='007')[0]


@pytest.mark.parametrize('read', [True, False], ids=['read before', 'never read'])
@pytest.mark.parametrize('invoice', INVOICES)
def test_p6_every_notification_is_recorded_and_shown(
    stage: Stage, bill: Bill, invoice: str, read: bool
) -> None:
    facts = INVOICES[invoice]
    stage.put(bill, **(facts or {}))
    if read:
        assert ask(bill.path(f'invoice/{bill.id}/'))[0] == 200
    if facts is None:
        stage.remove(bill)
    _all_are_kept(bill)


@pytest.mark.parametrize('regie', REGIES)
def test_p6_whatever_the_regie_allows(stage: Stage, bill: Bill, regie: str) -> None:
    for name, value in REGIES[regie].items():
        setattr(stage.regies['007'], name, value)
    stage.regies['007'].save()
    _all_are_kept(bill)


@pytest.mark.parametrize('family', ['999999999', '0', 'abc', 'é', 'family-with-dashes', ''])
def test_p6_whatever_the_invoice_is_called(stage: Stage, family: str) -> None:
    bill = Bill('007', family, '1', stage.bills(['1.00'])[0].total)
    status, answer = ask(bill.path(f'invoice/{family}-1/pay/'), {'transaction_id': 'T', 'amount': '42.00'})
    assert status == 200, answer
    work(actor='worker')
    assert Payment.objects.get().attention, 'nobody would see it'


def _all_are_kept(bill: Bill) -> None:
    for name, body in NOTIFICATIONS.items():
        status, answer = ask(bill.pay_path, {'transaction_id': name, **body})
        assert status == 200, answer
    assert set(Payment.objects.values_list('transaction_id', flat=True)) == NOTIFICATIONS.keys()
    work(actor='worker')
    work(actor='worker')
    silent = [row for row in Payment.objects.filter(attention='') if not row.sent_amount and not row.failures]
    in_doubt = Payment.objects.filter(attention=Attention.UNDECIDED).exists()
    assert not silent or in_doubt, 'only behind one that a person must settle may others wait'
