"""The simulator's books: payments, the lag, the journal, money and invoices from elsewhere."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zeep

from demo.simulator.process import Simulator
from tests.simulator.soap import (
    FAMILY,
    NUMBER,
    REGIE,
    client,
    eventually,
    paid,
    pay,
    read,
)


def test_duplicates_are_refused_when_it_is_told_to(simulator: Simulator) -> None:
    simulator.control(refuse_duplicates=True)
    service = client(simulator)
    pay(service)
    with pytest.raises(zeep.exceptions.Fault, match='déjà enregistrée'):
        pay(service)
    pay(service, reference='T2')
    assert len(simulator.journal()) == 2


@pytest.mark.parametrize('amount', ['0', '-1.00'])
def test_an_amount_that_is_none_is_refused(simulator: Simulator, amount: str) -> None:
    with pytest.raises(zeep.exceptions.Fault, match='Montant'):
        pay(client(simulator), amount=amount)
    assert simulator.journal() == []


def test_somebody_elses_invoice_cannot_be_paid(simulator: Simulator) -> None:
    with pytest.raises(zeep.exceptions.Fault, match='inconnue'):
        pay(client(simulator), family='1002')
    assert simulator.journal() == []


def test_one_payment_for_several_invoices_is_shared(simulator: Simulator) -> None:
    for number, amount in (('801', '5.00'), ('802', '7.00')):
        simulator.put_invoice(family=FAMILY, regie=REGIE, number=number, amount=amount)
    pay(client(simulator), '801', '802', amount='20.00')
    assert simulator.journal()[0]['parts'] == {'801': '5.00', '802': '15.00'}


def test_the_lag_hides_payments_from_readers_only(simulator: Simulator) -> None:
    service = client(simulator)
    simulator.control(lag=3600)
    pay(service)
    assert paid(service) == 0
    assert len(simulator.journal()) == 1
    assert Decimal(_in_books(simulator)['paid']) == Decimal('1.50')
    simulator.control(lag=0)
    assert paid(service) == Decimal('1.50')


def test_a_short_lag_ends_by_itself(simulator: Simulator) -> None:
    service = client(simulator)
    simulator.control(lag=0.3)
    pay(service)
    assert eventually(lambda: paid(service) == Decimal('1.50'))


def test_payments_survive_a_kill_thanks_to_the_journal(tmp_path: Path) -> None:
    with Simulator(journal=tmp_path / 'journal.jsonl') as simulator:
        pay(client(simulator))
        address = simulator.address
        simulator.kill()
        simulator.start()
        assert simulator.address == address
        assert paid(client(simulator)) == Decimal('1.50')
        pay(client(simulator))
    lines = (tmp_path / 'journal.jsonl').read_text().splitlines()
    assert [json.loads(line)['n'] for line in lines] == [1, 2]


def test_a_journal_line_cut_by_a_kill_is_dropped(tmp_path: Path) -> None:
    journal = tmp_path / 'journal.jsonl'
    with Simulator(journal=journal) as simulator:
        pay(client(simulator))
    journal.write_bytes(journal.read_bytes() + b'{"n": 2, "ti')
    with Simulator(journal=journal) as simulator:
        pay(client(simulator))
        assert [entry['n'] for entry in simulator.journal()] == [1, 2]


def test_money_comes_from_elsewhere_too(simulator: Simulator) -> None:
    simulator.add_money(regie=REGIE, number=NUMBER, amount='2.00')
    simulator.add_money(regie=REGIE, number=NUMBER, amount='3.00', treasury=True)
    invoice = next(i for i in read(client(simulator)) if str(i.numInvoice) == NUMBER)
    assert (invoice.amountPaid, invoice.amountPaidTG) == (Decimal('2.00'), Decimal('3.00'))
    assert simulator.journal() == []


def test_invoices_are_made_changed_and_cancelled(simulator: Simulator) -> None:
    made = simulator.put_invoice(family='1003', regie='SEN', amount='12.30', deadline='2026-01-31')
    simulator.put_invoice(family='1003', regie='SEN', number=made['number'], label='Thé & <gâteau>')
    (invoice,) = [i for i in read(client(simulator), '1003', 'SEN') if str(i.numInvoice) == made['number']]
    assert (invoice.amountInvoice, invoice.libelleTTF) == (Decimal('12.30'), 'Thé & <gâteau>')
    assert invoice.dateDeadline.date() == date(2026, 1, 31)
    simulator.remove_invoice(family='1003', regie='SEN', number=made['number'])
    assert made['number'] not in [str(i.numInvoice) for i in read(client(simulator), '1003', 'SEN')]


def test_a_changed_invoice_keeps_the_money_that_came_in(simulator: Simulator) -> None:
    pay(client(simulator))
    simulator.put_invoice(family=FAMILY, regie=REGIE, number=NUMBER, amount='50.00')
    simulator.put_invoice(family=FAMILY, regie=REGIE, number=NUMBER, label='Autre')
    assert paid(client(simulator)) == Decimal('1.50')


def _in_books(simulator: Simulator) -> dict[str, Any]:
    return next(facts for facts in simulator.invoices(FAMILY, REGIE) if facts['number'] == NUMBER)
