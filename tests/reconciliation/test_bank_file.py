"""The third party: files of the bank, whatever their columns, against our transactions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passerelle_maelis_invoices.domain.bank_file import BankFormat, BankLine, read_bank_file
from passerelle_maelis_invoices.domain.bank_matching import Transaction, bank_differences
from passerelle_maelis_invoices.domain.reconciliation import Kind
from passerelle_maelis_invoices.errors import BadRequest

DAY = date(2026, 3, 14)
FORM = BankFormat(reference_column='Réf.', amount_column='Montant', day_column='Date')


def a_transaction(key: int, amount: str | None = '42.00', *names: str, expected: bool = True) -> Transaction:
    references = frozenset(names or (f'T{key}',))
    value = None if amount is None else Decimal(amount)
    return Transaction(key, references, f'T{key}', value, DAY, expected)


def a_line(reference: str, amount: str = '42.00', day: date | None = DAY) -> BankLine:
    return BankLine(reference, Decimal(amount), day)


def found(lines: list[BankLine], *transactions: Transaction) -> list[tuple[Kind, int | None, Decimal]]:
    return [(item.kind, item.key, item.amount) for item in bank_differences(lines, transactions)]


def test_a_file_is_read_with_the_columns_that_were_named() -> None:
    text = 'Relevé du mois;;;\r\nDate;Libellé;Réf.;Montant\r\n14/03/2026;Élève;T1;1 234,50\r\n;;;\r\n'
    form = replace(FORM, encoding='cp1252', skipped_lines=1)
    lines = read_bank_file(text.encode('cp1252'), form)
    assert lines == [a_line('T1', '1234.50')]


def test_columns_may_be_counted_and_amounts_be_in_cents() -> None:
    form = BankFormat(delimiter=',', reference_column='2', amount_column='1', day_column='', in_cents=True)
    assert read_bank_file(b'amount,ref\n1205,T1\n', form) == [a_line('T1', '12.05', None)]


@pytest.mark.parametrize(
    ('content', 'told'),
    [
        ('Date;Réf.;Montant\n14/03/2026;T1;douze\n', 'Ligne 2 .* montant illisible'),
        ('Date;Réf.;Montant\n14/03/2026;T1;12,005\n', 'Ligne 2 .* montant illisible'),
        ('Date;Réf.;Montant\n14/03/2026;T1;1\n2026-03-14;T1;1\n', 'Ligne 3 .* date illisible'),
        ('Date;Réf.;Montant\n14/03/2026;T1\n', 'Ligne 2 .* colonne manquante'),
        ('Date;Réf.\n', 'pas de colonne « Montant » ; il a : Date, Réf.'),
        ('', 'il a : rien'),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content: str, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        read_bank_file(content.encode(), FORM)


def test_another_encoding_is_told() -> None:
    with pytest.raises(BadRequest, match='encodage'):
        read_bank_file('Réf.'.encode('cp1252'), FORM)


def test_what_both_hold_agrees_by_any_reference() -> None:
    assert found([a_line('T1'), a_line('B2')], a_transaction(1), a_transaction(2, '42.00', 'T2', 'B2')) == []


def test_what_only_one_holds_and_what_differs_is_listed() -> None:
    lines = [a_line('T1', '41.00'), a_line('T9', '7.00')]
    assert found(lines, a_transaction(1), a_transaction(2)) == [
        (Kind.BANK_ONLY, None, Decimal('7.00')),
        (Kind.BANK_AMOUNT, 1, Decimal('-1.00')),
        (Kind.NOT_AT_BANK, 2, Decimal('-42.00')),
    ]


def test_an_unknown_reference_is_matched_by_amount_and_day_once() -> None:
    lines = [a_line('X1'), a_line('X2')]
    assert found(lines, a_transaction(1)) == [(Kind.BANK_ONLY, None, Decimal('42.00'))]
    assert found([a_line('X1', day=date(2026, 3, 15))], a_transaction(1))[0][0] is Kind.BANK_ONLY


def test_a_refund_at_the_bank_is_counted_with_its_payment() -> None:
    assert found([a_line('T1'), a_line('T1', '-42.00')], a_transaction(1, '0.00', expected=False)) == []
    assert found([a_line('T1')], a_transaction(1, '0.00', expected=False))[0][0] is Kind.BANK_AMOUNT


def test_a_transaction_of_another_day_is_not_missed_but_known() -> None:
    assert found([], a_transaction(1, expected=False)) == []
    assert found([a_line('T1')], a_transaction(1, expected=False)) == []


def test_an_amount_that_is_not_known_agrees_with_any() -> None:
    assert found([a_line('T1', '3.00')], a_transaction(1, None)) == []
    assert found([], a_transaction(1, None)) == []
