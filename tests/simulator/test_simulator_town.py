"""The invented town."""

from datetime import date
from typing import Any

from demo.simulator.process import Simulator
from tests.simulator.soap import client, day, money, read


def test_the_showcase_family_has_a_bit_of_everything(simulator: Simulator) -> None:
    invoices = read(client(simulator))
    today = date.fromisoformat(simulator.state()['today'])
    total = {i.numInvoice: money(i.amountPaid, i.amountPaidTG) for i in invoices}
    due = [i for i in invoices if total[i.numInvoice] < money(i.amountInvoice)]
    deadlines = [day(i.dateDeadline) for i in due]
    assert sum(deadline >= today for deadline in deadlines) >= 3
    assert today in deadlines
    assert any(deadline < today for deadline in deadlines)
    assert any(0 < total[i.numInvoice] < money(i.amountInvoice) for i in invoices)
    assert any(0 < total[i.numInvoice] == money(i.amountInvoice) for i in invoices)
    assert any(money(i.amountPaidTG) > 0 for i in invoices)
    assert any(money(i.amountInvoice) == 0 for i in invoices)
    assert any(money(i.amountInvoice) < 0 for i in invoices)
    assert {bool(i.pdfName) for i in invoices} == {True, False}


def test_the_showcase_family_has_nothing_in_one_regie(simulator: Simulator) -> None:
    assert read(client(simulator), regie='BIB') == []


def test_the_amount_is_the_sum_of_the_lines(simulator: Simulator) -> None:
    for invoice in read(client(simulator)):
        assert sum(line.amountLine for line in invoice.lineInvoiceList) == invoice.amountInvoice


def test_the_same_seed_gives_the_same_town() -> None:
    def town(seed: int) -> list[dict[str, Any]]:
        with Simulator(seed=seed, today='2026-03-01') as simulator:
            return [facts for family in range(1001, 1020) for facts in simulator.invoices(str(family))]

    assert town(1) == town(1)
    assert town(1) != town(2)


def test_the_same_number_exists_in_several_regies(simulator: Simulator) -> None:
    owners: dict[str, set[tuple[str, str]]] = {}
    for family in range(1001, 1030):
        for facts in simulator.invoices(str(family)):
            owners.setdefault(facts['number'], set()).add((facts['regie'], facts['family']))
    shared = [found for found in owners.values() if len(found) > 1]
    assert any(len({family for _, family in found}) == 1 for found in shared)
    assert any(len({family for _, family in found}) > 1 for found in shared)
    assert all(len({regie for regie, _ in found}) == len(found) for found in owners.values())


def test_a_big_town_costs_nothing() -> None:
    with Simulator(families=33_500) as simulator:
        assert simulator.state()['families'] == 33_500
        assert any(read(client(simulator), family=str(34_500 - n), regie='CRR') for n in range(20))
