"""The invoice object, row by row of its table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from passerelle_maelis_invoices.domain.invoice import PAST_DUE_DATE
from passerelle_maelis_invoices.publik.invoice_payload import invoice_payload, pending_users_payload
from passerelle_maelis_invoices.publik.json_schemas import schema
from tests.builders import a_shown_invoice

MONEY = st.decimals(Decimal('-9999.99'), Decimal('9999999.99'), places=2)


def test_an_invoice_to_pay() -> None:
    assert invoice_payload(a_shown_invoice('30', total='42.00', remaining='12.50', due='2026-03-01')) == {
        'id': '1312-30',
        'display_id': '30',
        'label': 'Cantine et périscolaire',
        'invoice_label': 'Cantine et périscolaire',
        'amount': '12.50',
        'remaining_amount': '12.50',
        'total_amount': '42.00',
        'amount_paid': '29.50',
        'paid': False,
        'created': '2026-02-01',
        'pay_limit_date': '2026-03-01',
        'due_date': '2026-03-01',
        'payment_deadline_date': '2026-03-01',
        'online_payment': True,
        'has_pdf': True,
        'disabled': False,
        'is_line': False,
        'payment_pending': False,
    }


def test_a_paid_invoice_has_no_limit_date_and_no_reason_but_the_day_of_its_payment() -> None:
    paid = invoice_payload(a_shown_invoice(remaining='0.00', payment_date=date(2026, 2, 20)))
    assert (paid['paid'], paid['online_payment'], paid['pay_limit_date']) == (True, False, '')
    assert (paid['due_date'], paid['payment_date']) == ('2099-12-31', '2026-02-20')
    assert 'no_online_payment_reason' not in paid


def test_the_reason_is_told_while_something_is_left_to_pay() -> None:
    late = invoice_payload(a_shown_invoice(not_payable=PAST_DUE_DATE))
    assert late['no_online_payment_reason'] == 'past-due-date'
    assert (late['online_payment'], late['disabled']) == (False, True)


def test_an_invoice_without_deadline_has_empty_dates() -> None:
    payload = invoice_payload(a_shown_invoice(due=None))
    assert payload['due_date'] == payload['payment_deadline_date'] == payload['pay_limit_date'] == ''


def test_pending_users_are_given_by_name_id() -> None:
    payload = pending_users_payload({'abc': [a_shown_invoice('30')]})
    assert [invoice['id'] for invoice in payload['abc']['invoices']] == ['1312-30']


@pytest.mark.parametrize(
    'values',
    [
        {},
        {'remaining': '0.00', 'payment_date': date(2026, 2, 20)},
        {'not_payable': PAST_DUE_DATE, 'payment_pending': True},
        {'total': '-5.00', 'remaining': '0.00', 'due': None},
    ],
    ids=['to pay', 'paid', 'late', 'credit'],
)
def test_every_invoice_is_as_its_schema_says(values: dict[str, Any]) -> None:
    Draft202012Validator(schema('invoice')).validate(invoice_payload(a_shown_invoice(**values)))


@given(total=MONEY, paid=MONEY)
def test_amounts_add_up_to_the_cent(total: Decimal, paid: Decimal) -> None:
    remaining = max(Decimal('0.00'), total - paid)
    payload = invoice_payload(a_shown_invoice(total=str(total), remaining=str(remaining)))
    assert Decimal(payload['amount']) + Decimal(payload['amount_paid']) == Decimal(payload['total_amount'])
    assert payload['amount'] == payload['remaining_amount']
