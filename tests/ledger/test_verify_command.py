"""`maelis_verify_ledger`: proves the books, or names the entry that lies."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from passerelle_maelis_invoices.models import LedgerEntry, Payment
from tests.builders import a_connector, a_payment, a_regie, an_invoice


def run(*options: str) -> tuple[int, str]:
    out, status = StringIO(), 0
    try:
        call_command('maelis_verify_ledger', *options, stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue()


@pytest.fixture
def two_regies(db: None) -> None:
    for n, code in enumerate(['007', 'SEN']):
        a_payment(f'T{n}', of=an_invoice(regie=a_regie(code)))


def test_it_completes_and_proves_every_book(two_regies: None) -> None:
    status, text = run()
    assert status == 0
    assert [line[:18] for line in text.splitlines()] == ['JUSTE toulouse 007', 'JUSTE toulouse SEN']
    assert LedgerEntry.objects.get(regie__code='SEN').hash in text


def test_it_names_the_first_entry_that_lies(two_regies: None) -> None:
    run()
    Payment.objects.filter(regie__code='SEN').update(amount='1.00')
    status, text = run()
    assert status == 1
    assert 'FAUX  toulouse SEN' in text
    assert 'écriture n° 1, elle porte 42,00' in text
    assert run('--regie', '007')[0] == 0
    assert run('--year', '2019') == (0, 'Aucune écriture.\n')


def test_an_unknown_regie_is_told(two_regies: None) -> None:
    with pytest.raises(CommandError, match='« 9 » n’existe pas'):
        run('--regie', '9')
    a_regie('007', connector=a_connector('lyon'))
    assert run('lyon', '--regie', '007') == (0, 'Aucune écriture.\n')
