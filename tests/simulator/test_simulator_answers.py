"""Faults of the answers' XML and PDFs."""

from base64 import b64decode

import pytest
import requests
from lxml import etree

from demo.simulator.process import Simulator
from demo.simulator.style import STYLES
from tests.simulator.judge import answer
from tests.simulator.soap import FAMILY, exchange


def test_another_operation_is_answered(simulator: Simulator) -> None:
    simulator.fault('other_answer')
    assert answer(simulator, 'payInvoices').tag.endswith('readRegieListResponse')
    assert answer(simulator, 'readRegieList').tag.endswith('readInvoicesResponse')


@pytest.mark.parametrize('element', ['numInvoice', 'amountInvoice', 'codRegie', 'dateDeadline'])
def test_an_element_is_missing(simulator: Simulator, element: str) -> None:
    simulator.fault('missing_element', element=element)
    found = answer(simulator, 'readInvoices')
    assert len(found) > 5
    assert not list(found.iter(element))


def test_an_element_is_renamed(simulator: Simulator) -> None:
    simulator.fault('renamed_element', element='amountPaid', to='montantRegle')
    found = answer(simulator, 'readInvoices')
    assert not list(found.iter('amountPaid'))
    assert len(list(found.iter('montantRegle'))) == len(found)


@pytest.mark.parametrize('value', ['42,00', 'NaN', '1E400', '07/04/2023', ''])
def test_a_value_is_of_the_wrong_type(simulator: Simulator, value: str) -> None:
    simulator.fault('wrong_type', element='amountPaid', value=value)
    found = answer(simulator, 'readInvoices')
    assert {element.text or '' for element in found.iter('amountPaid')} == {value}
    assert not STYLES['default'].schema().validate(found)


def test_unannounced_elements_are_everywhere(simulator: Simulator) -> None:
    simulator.fault('unknown_element')
    found = answer(simulator, 'readInvoices')
    assert all(invoice.find('nouveauChamp') is not None for invoice in found.iter('invoiceList'))
    assert list(found.iter('{urn:example:ailleurs}detail'))


def test_elements_come_in_reverse_order(simulator: Simulator) -> None:
    straight = answer(simulator, 'readInvoices')
    simulator.fault('reordered_elements')
    reverse = answer(simulator, 'readInvoices')
    assert [e.tag for e in reverse[-1]] == [e.tag for e in straight[0]][::-1]
    assert sorted(reverse.itertext()) == sorted(straight.itertext())


def test_one_text_has_twelve_megabytes(simulator: Simulator) -> None:
    simulator.fault('big_text_12mb')
    outcome = exchange(simulator, 'readInvoices', deadline=20)
    assert len(outcome.body) > 12_000_000
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(outcome.body)


def test_a_dtd_brings_entities_and_one_is_external(simulator: Simulator) -> None:
    simulator.fault('dtd_entities')
    body = exchange(simulator, 'readInvoices').body
    assert f'SYSTEM "{simulator.address}/leak"'.encode() in body
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    assert root.getroottree().docinfo.internalDTD is not None
    assert 'leak' not in simulator.calls()


def test_invoices_of_another_family_come(simulator: Simulator) -> None:
    simulator.fault('foreign_family')
    families = {element.text for element in answer(simulator, 'readInvoices').iter('numFamily')}
    assert families and FAMILY not in families


def test_invoices_of_another_regie_come(simulator: Simulator) -> None:
    simulator.fault('foreign_regie')
    found = answer(simulator, 'readInvoices')
    assert {element.text for element in found.iter('codRegie')} == {'SEN'}
    assert {element.text for element in found.iter('numFamily')} == {FAMILY}


def test_the_pdf_comes_as_an_mtom_part(simulator: Simulator) -> None:
    honest = b64decode(answer(simulator, 'getInvoicePDF').findtext('pdf') or '')
    simulator.fault('mtom_pdf')
    outcome = exchange(simulator, 'getInvoicePDF')
    assert b'multipart/related' in outcome.head
    assert b'cid:facture@maelis' in outcome.body
    assert honest.startswith(b'%PDF-') and honest in outcome.body


def test_the_pdf_is_big_or_none(simulator: Simulator) -> None:
    with simulator.fault('big_pdf', megabytes=2):
        pdf = b64decode(answer(simulator, 'getInvoicePDF').findtext('pdf') or '')
    assert pdf.startswith(b'%PDF-') and len(pdf) > 2_000_000
    simulator.fault('not_a_pdf')
    assert b'<html>' in b64decode(answer(simulator, 'getInvoicePDF').findtext('pdf') or '')


def test_a_fault_may_have_no_text(simulator: Simulator) -> None:
    simulator.fault('fault_without_text')
    fault = answer(simulator, 'payInvoices')
    assert fault.findtext('faultcode') and fault.find('faultstring') is None


def test_a_fault_may_be_of_soap_1_2(simulator: Simulator) -> None:
    simulator.fault('soap12_fault')
    outcome = exchange(simulator, 'payInvoices')
    assert b'http://www.w3.org/2003/05/soap-envelope' in outcome.body


@pytest.mark.parametrize('mode', ['unknown_element', 'reordered_elements', 'missing_element', 'wrong_type'])
def test_faults_know_the_other_style_too(mode: str) -> None:
    with Simulator(style='other', seed=7) as simulator:
        honest = raw_invoices(simulator)
        simulator.fault(mode, operation='readInvoices')
        assert raw_invoices(simulator) != honest


def raw_invoices(simulator: Simulator) -> list[str]:
    namespace = STYLES['other'].namespace
    document = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<readInvoicesRequest xmlns="{namespace}"><codeRegie>007</codeRegie>'
        '<numDossier>1001</numDossier></readInvoicesRequest></s:Body></s:Envelope>'
    )
    root = etree.fromstring(requests.post(simulator.service_url, document, timeout=5).content)
    return [f'{e.tag}={e.text}' for e in root.iter() if 'horodatage' not in str(e.tag)]
