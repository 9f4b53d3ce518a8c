"""P8: to the cent, every accepted euro is in one place, and the ledger adds up to the rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db.models import Sum

from passerelle_maelis_invoices.models import LedgerEntry, Regie
from passerelle_maelis_invoices.use_cases.balance_payments import balance_by_day
from passerelle_maelis_invoices.use_cases.total_ledger import total_ledger
from passerelle_maelis_invoices.use_cases.verify_ledger import verify_ledger
from passerelle_maelis_invoices.use_cases.write_ledger import write_ledger
from tests.builders import a_regie
from tests.ledger.accounts import Accounts, amounts, cents

PERIOD = {'first_day': date(2026, 12, 1), 'last_day': date(2027, 1, 31)}
AMOUNTS = 1000
ROUND = 100


@pytest.fixture
def regie(db: None) -> Regie:
    return a_regie('007')


def test_p8_the_money_of_each_day_is_all_there_after_each_round(regie: Regie) -> None:
    chance = Random(20260401)
    accounts, all_amounts = Accounts(regie, chance), amounts(chance, AMOUNTS)
    for start in range(0, AMOUNTS, ROUND):
        accounts.live(all_amounts[start : start + ROUND])
        write_ledger()
        accounts.check_places(balance_by_day(regie=regie, **PERIOD))
        total = LedgerEntry.objects.aggregate(total=Sum('amount'))['total']
        assert cents(total) == accounts.ledger
    proofs = verify_ledger(regie=regie)
    assert [proof.lie for proof in proofs] == [None, None]
    assert sum(cents(proof.total) for proof in proofs) == accounts.ledger
    days = total_ledger(regies=[regie], **{**PERIOD, 'last_day': date(2027, 12, 31)})
    assert sum(cents(day.total) for day in days) == accounts.ledger
    assert {type(day.total) for day in days} == {Decimal}
