"""The simulator's four operations, in both styles, told by an independent client."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
import zeep
from lxml import etree
from pypdf import PdfReader

from demo.simulator.process import ROOT, Simulator
from demo.simulator.style import STYLES
from tests.simulator.soap import (
    FAMILY,
    NUMBER,
    REGIE,
    client,
    day,
    money,
    paid,
    pay,
    read,
    with_pdf,
)

PARIS = ZoneInfo('Europe/Paris')


@pytest.fixture(scope='module', params=['default', 'other'])
def styled(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with Simulator(families=40, seed=7, style=request.param) as simulator:
        yield simulator


@pytest.mark.parametrize('name', ['InvoiceService.wsdl', 'OtherStyle.wsdl'])
def test_zeep_loads_the_wsdl_and_builds_each_request(name: str) -> None:
    soap = zeep.Client(str(ROOT / 'fixtures' / 'wsdl' / name))
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    family = {'numDossier': 1001, 'codeRegie': '007'}
    for operation, fields in {
        'readRegieList': {},
        'readInvoices': {**family, 'dateStart': moment, 'dateEnd': moment},
        'getInvoicePDF': {'codeRegie': '007', 'numInvoice': 1},
        'payInvoices': {
            **family, 'amount': Decimal('1.5'), 'datePaiement': moment, 'refTransaction': 'x',
            'numInvoices': [1, 2], 'numPerson': 3,
        },
    }.items():  # fmt: skip
        assert len(soap.create_message(soap.service, operation, **fields))


def test_the_wsdl_says_that_it_is_a_reconstruction() -> None:
    assert 'reconstruction' in (ROOT / 'fixtures/wsdl/InvoiceService.wsdl').read_text()


def test_it_serves_its_wsdl_with_its_own_address(styled: Simulator) -> None:
    answer = requests.get(styled.wsdl_url, timeout=5)
    assert f'location="{styled.service_url}"' in answer.text
    assert 'localhost:8080' not in answer.text


def test_there_are_nine_regies_with_awkward_codes(styled: Simulator) -> None:
    answer = client(styled).readRegieList()
    regies = answer.regies.regie if hasattr(answer, 'regies') else answer
    labels = {regie.code: regie.libelle for regie in regies}
    assert len(labels) == 9
    assert labels['007'] == 'Restauration scolaire & périscolaire'
    assert 'SEN' in labels


def test_an_unknown_family_has_no_invoices(styled: Simulator) -> None:
    assert read(client(styled), family='999999') == []


def test_an_unknown_regie_is_refused(styled: Simulator) -> None:
    with pytest.raises(zeep.exceptions.Fault, match='Régie XXX inconnue') as refused:
        read(client(styled), regie='XXX')
    assert 'REGIE_INCONNUE' in etree.tostring(refused.value.detail).decode()


def test_dates_limit_the_list_by_day(styled: Simulator) -> None:
    service = client(styled)
    fourth = sorted(day(invoice.dateInvoice) for invoice in read(service))[3]
    afternoon = datetime.combine(fourth, time(15, 0), tzinfo=PARIS)
    found = read(service, dateStart=afternoon, dateEnd=afternoon)
    assert {day(invoice.dateInvoice) for invoice in found} == {fourth}


def test_the_other_style_tells_midnight_in_utc() -> None:
    with Simulator(style='other', today='2026-07-01') as other:
        answer = requests.get(other.wsdl_url, timeout=5)
        assert b'elementFormDefault="qualified"' in answer.content
        invoice = read(client(other))[0]
    assert invoice.dateDeadline.astimezone(UTC).hour in (22, 23)
    assert invoice.dateDeadline.astimezone(PARIS).hour == 0


def test_both_styles_tell_the_same_invoices() -> None:
    with Simulator(seed=3) as one, Simulator(seed=3, style='other') as other:
        assert [_facts(i) for i in read(client(one))] == [_facts(i) for i in read(client(other))]


def test_its_answers_follow_its_own_schema(styled: Simulator) -> None:
    style = STYLES[str(styled.arguments['style'])]
    sent: list[etree._Element] = []

    class Keep(zeep.Plugin):  # type: ignore[misc]
        def ingress(self, envelope: Any, http_headers: Any, operation: Any) -> Any:
            sent.append(envelope)
            return envelope, http_headers

    service = zeep.Client(styled.wsdl_url, plugins=[Keep()]).service
    service.readRegieList()
    for family in range(1001, 1041):
        read(service, family=str(family))
    pay(service)
    service.getInvoicePDF(codeRegie=REGIE, numInvoice=with_pdf(service))
    schema = style.schema()
    for envelope in sent:
        schema.assertValid(envelope[-1][0])


def test_the_pdf_is_real_and_tells_the_invoice(styled: Simulator) -> None:
    service = client(styled)
    number = with_pdf(service)
    invoice = next(invoice for invoice in read(service) if invoice.numInvoice == number)
    answer = service.getInvoicePDF(codeRegie=REGIE, numInvoice=number)
    pdf = PdfReader(io.BytesIO(getattr(answer, 'contenu', answer)))
    text = pdf.pages[0].extract_text()
    assert len(pdf.pages) == 1
    assert f'Facture n° {number}' in text
    assert f'{money(invoice.amountInvoice)} €'.replace('.', ',') in text


def test_an_invoice_without_pdf_has_none_to_give(styled: Simulator) -> None:
    service = client(styled)
    number = next(invoice.numInvoice for invoice in read(service) if not invoice.pdfName)
    with pytest.raises(zeep.exceptions.Fault, match='pas de PDF'):
        service.getInvoicePDF(codeRegie=REGIE, numInvoice=number)


def test_a_payment_shows_and_is_in_the_journal(styled: Simulator) -> None:
    styled.reset()
    service = client(styled)
    before = paid(service)
    pay(service, reference='REF & co')
    assert paid(service) == before + Decimal('1.50')
    (entry,) = styled.journal()
    assert (entry['n'], entry['family'], entry['regie'], entry['number']) == (1, FAMILY, REGIE, NUMBER)
    assert (entry['amount'], entry['reference']) == ('1.50', 'REF & co')


def test_a_second_identical_payment_pays_twice(styled: Simulator) -> None:
    styled.reset()
    service = client(styled)
    pay(service)
    pay(service)
    assert paid(service) == Decimal('3.00')
    assert [entry['n'] for entry in styled.journal()] == [1, 2]


def _facts(invoice: Any) -> tuple[Any, ...]:
    amounts = (money(invoice.amountInvoice), money(invoice.amountPaid), money(invoice.amountPaidTG))
    days = (day(invoice.dateInvoice), day(invoice.dateDeadline))
    names = (invoice.numInvoice, invoice.libelleTTF, invoice.payer.lastname, invoice.pdfName or '')
    return (*names, *amounts, *days)
