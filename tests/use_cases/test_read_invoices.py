from datetime import timedelta

import pytest
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.errors import MaelisError, NotFound
from passerelle_maelis_invoices.models import Connector, Invoice, InvoiceList, Regie
from passerelle_maelis_invoices.use_cases.read_invoice_pdf import read_invoice_pdf
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoice, read_invoices
from tests.builders import an_invoice

FAMILY = '1001'


def fresh_for(regie: Regie, seconds: int) -> None:
    Connector.objects.update(fresh_for=seconds)
    regie.connector.refresh_from_db()


def test_a_list_comes_from_maelis_newest_first_and_is_kept(regie: Regie, simulator: Simulator) -> None:
    listing = read_invoices(regie=regie, family_ids=[FAMILY])
    assert listing.source == 'maelis'
    dates = [invoice.invoice_date for invoice in listing.invoices]
    assert dates == sorted(dates, reverse=True)
    stored = Invoice.objects.get(number=listing.invoices[0].number)
    assert stored.bean['numInvoice'] == stored.number
    assert len(stored.bean['lineInvoiceList']) > 0


def test_a_fresh_copy_answers_without_maelis(regie: Regie, simulator: Simulator) -> None:
    first = read_invoices(regie=regie, family_ids=[FAMILY])
    fresh_for(regie, 300)
    calls = simulator.calls()['readInvoices']
    again = read_invoices(regie=regie, family_ids=[FAMILY])
    assert again.invoices == first.invoices
    assert (again.source, again.as_of) == ('local', first.as_of)
    assert simulator.calls()['readInvoices'] == calls


def test_an_empty_list_is_knowledge_too(regie: Regie, simulator: Simulator) -> None:
    for invoice in simulator.invoices(FAMILY, '007'):
        simulator.remove_invoice(family=FAMILY, regie='007', number=invoice['number'])
    assert read_invoices(regie=regie, family_ids=[FAMILY]).invoices == ()
    simulator.down()
    assert read_invoices(regie=regie, family_ids=[FAMILY]).invoices == ()


@pytest.mark.parametrize('mode', ['hang', 'html_200', 'truncated_xml', 'empty_200', 'commit_then_500'])
def test_a_stale_copy_answers_when_maelis_does_not(regie: Regie, simulator: Simulator, mode: str) -> None:
    first = read_invoices(regie=regie, family_ids=[FAMILY])
    with simulator.fault(mode, operation='readInvoices'):
        again = read_invoices(regie=regie, family_ids=[FAMILY])
    assert again.invoices == first.invoices
    assert (again.source, again.as_of) == ('local', first.as_of)
    assert InvoiceList.objects.get().last_error


def test_without_a_copy_a_maelis_that_is_down_is_an_error(regie: Regie, simulator: Simulator) -> None:
    simulator.down()
    with pytest.raises(MaelisError, match='injoignable'):
        read_invoices(regie=regie, family_ids=[FAMILY])


def test_nobody_reads_without_a_family(regie: Regie, simulator: Simulator) -> None:
    assert read_invoices(regie=regie, family_ids=[]).invoices == ()
    assert simulator.calls().get('readInvoices', 0) == 0


def test_an_unchanged_list_writes_no_invoice(regie: Regie, simulator: Simulator) -> None:
    read_invoices(regie=regie, family_ids=[FAMILY])
    before = set(Invoice.objects.values_list('number', 'changed_at'))
    read_invoices(regie=regie, family_ids=[FAMILY])
    assert set(Invoice.objects.values_list('number', 'changed_at')) == before


def test_an_invoice_that_vanished_is_kept_but_not_shown(regie: Regie, simulator: Simulator) -> None:
    number = read_invoices(regie=regie, family_ids=[FAMILY]).invoices[0].number
    simulator.remove_invoice(family=FAMILY, regie='007', number=number)
    shown = [invoice.number for invoice in read_invoices(regie=regie, family_ids=[FAMILY]).invoices]
    assert number not in shown
    assert Invoice.objects.get(number=number).vanished_at


def test_an_invoice_that_comes_back_is_shown_again(regie: Regie, simulator: Simulator) -> None:
    first = read_invoices(regie=regie, family_ids=[FAMILY]).invoices
    Invoice.objects.update(vanished_at=timezone.now())
    assert read_invoices(regie=regie, family_ids=[FAMILY]).invoices == first


def test_an_answer_asked_for_earlier_changes_nothing(regie: Regie, simulator: Simulator) -> None:
    read_invoices(regie=regie, family_ids=[FAMILY])
    later = timezone.now() + timedelta(minutes=1)
    InvoiceList.objects.update(read_at=later)
    Invoice.objects.update(label='écrit par une lecture plus récente', bean_hash='')
    read_invoices(regie=regie, family_ids=[FAMILY])
    assert InvoiceList.objects.get().read_at == later
    assert set(Invoice.objects.values_list('label', flat=True)) == {'écrit par une lecture plus récente'}


@pytest.mark.parametrize('invoice_id', ['1312-30', '1001-999999', '30', '-', 'x-1', '1001-'])
def test_p4_somebody_elses_invoice_is_as_unknown_as_one_that_is_not(
    regie: Regie, simulator: Simulator, invoice_id: str
) -> None:
    an_invoice('30', regie=regie, family='1312')
    with pytest.raises(NotFound) as caught:
        read_invoice(regie=regie, invoice_id=invoice_id, family_ids=[FAMILY])
    assert str(caught.value) == NotFound.message


def test_a_trusted_caller_reads_an_invoice_by_its_id_alone(regie: Regie, simulator: Simulator) -> None:
    number = simulator.invoices(FAMILY, '007')[0]['number']
    assert read_invoice(regie=regie, invoice_id=f'{FAMILY}-{number}', family_ids=None).number == number


def test_a_pdf_is_passed_through(regie: Regie, simulator: Simulator) -> None:
    with_pdf = next(i for i in read_invoices(regie=regie, family_ids=[FAMILY]).invoices if i.has_pdf)
    assert read_invoice_pdf(regie=regie, invoice_id=with_pdf.id, family_ids=[FAMILY]).startswith(b'%PDF-')
    with pytest.raises(NotFound):
        read_invoice_pdf(regie=regie, invoice_id=with_pdf.id, family_ids=['1002'])


def test_an_invoice_without_a_pdf_has_none(regie: Regie, simulator: Simulator) -> None:
    simulator.put_invoice(family=FAMILY, regie='007', number='900', amount='12.00', has_pdf=False)
    with pytest.raises(NotFound):
        read_invoice_pdf(regie=regie, invoice_id=f'{FAMILY}-900', family_ids=[FAMILY])
