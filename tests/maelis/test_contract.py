"""WSDLs in unforeseen styles, and the copies that are kept of them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings
from lxml import etree

from passerelle_maelis_invoices.errors import BadRequest, MisconfiguredConnector, NeverLeft
from passerelle_maelis_invoices.maelis import Deadline, Deployment, MaelisClient
from passerelle_maelis_invoices.maelis.contract import Contract
from passerelle_maelis_invoices.maelis.outcomes import Cause, Failure
from passerelle_maelis_invoices.maelis.wsdl import client_from
from passerelle_maelis_invoices.maelis.wsdl_copy import WsdlCopy
from tests.maelis.builders import an_operation, wsdl_text
from tests.maelis.servers import an_answer, answering, server

URL = 'http://maelis.invalid/?wsdl'
PAYMENT = {
    'numDossier': '1001',
    'codeRegie': '007',
    'amount': '12.50',
    'datePaiement': datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
    'refTransaction': 'é & <x>',
    'numInvoices': ('30', '31'),
}


def contract(wsdl: str, *, service_url: str | None = None, **facts: str) -> Contract:
    return Contract(client_from(Deployment(URL, **facts), {URL: wsdl}), service_url)


def sent(wsdl: str, name: str = 'payInvoices', values: dict[str, object] = PAYMENT) -> dict[str, list[str]]:
    """Texts of the request by local name."""
    request = contract(wsdl, service_url='http://here/').operation(name).request(values)  # type: ignore[arg-type]
    texts: dict[str, list[str]] = {}
    for element in etree.fromstring(request.body or b'').iter('*'):
        if not len(element):
            texts.setdefault(etree.QName(element).localname, []).append(element.text or '')
    return texts


def with_parameters(elements: str) -> str:
    """The WSDL with another sequence of payInvoices parameters."""
    pattern = r'(<xs:complexType name="payInvoices">\s*<xs:sequence>).*?(</xs:sequence>)'
    changed, count = re.subn(pattern, rf'\1{elements}\2', wsdl_text('default'), flags=re.S)
    assert count == 1
    return changed


EXPECTED = {
    'numDossier': ['1001'],
    'codeRegie': ['007'],
    'amount': ['12.50'],
    'datePaiement': ['2026-07-02T00:30:00+02:00'],
    'refTransaction': ['é & <x>'],
    'numInvoices': ['30', '31'],
}


@pytest.mark.parametrize('style', ['default', 'other'])
def test_a_payment_says_the_same_in_each_style(style: str) -> None:
    assert sent(wsdl_text(style)) == EXPECTED


def test_parameters_may_be_wrapped_and_typed_otherwise() -> None:
    wsdl = with_parameters(
        '<xs:element name="demande"><xs:complexType><xs:sequence>'
        '<xs:element name="numDossier" type="xs:string"/><xs:element name="codeRegie" type="xs:string"/>'
        '<xs:element name="amount" type="xs:double"/><xs:element name="datePaiement" type="xs:date"/>'
        '<xs:element name="refTransaction" type="xs:string"/>'
        '<xs:element name="numInvoices"><xs:complexType><xs:sequence>'
        '<xs:element name="numInvoice" type="xs:int" maxOccurs="unbounded"/>'
        '</xs:sequence></xs:complexType></xs:element>'
        '<xs:element name="canal" type="xs:string" minOccurs="0"/>'
        '</xs:sequence></xs:complexType></xs:element>'
    )
    expected = {**EXPECTED, 'datePaiement': ['2026-07-02'], 'numInvoice': ['30', '31']}
    del expected['numInvoices']
    assert sent(wsdl) == expected


def test_dates_are_left_out_where_the_wsdl_does_not_have_them() -> None:
    wsdl = re.sub(
        '<xs:element name="date(Start|End)" type="xs:dateTime" minOccurs="0"/>', '', wsdl_text('default')
    )
    values = {'numDossier': '1', 'codeRegie': '007', 'dateStart': datetime.now(UTC), 'dateEnd': None}
    assert sent(wsdl, 'readInvoices', values) == {'numDossier': ['1'], 'codeRegie': ['007']}


def test_what_has_no_place_in_the_wsdl_is_named() -> None:
    wsdl = wsdl_text('default').replace('name="refTransaction"', 'name="reference" minOccurs="0"')
    with pytest.raises(MisconfiguredConnector, match='refTransaction'):
        sent(wsdl)


def test_what_the_wsdl_wants_beyond_is_told() -> None:
    wsdl = with_parameters(
        ''.join(
            f'<xs:element name="{name}" type="xs:string" maxOccurs="9"/>' for name in (*PAYMENT, 'secret')
        )
    )
    with pytest.raises(MisconfiguredConnector, match='payInvoices') as raised:
        sent(wsdl)
    assert 'secret' in raised.value.detail


@pytest.mark.parametrize('text', ['a\x00b', '\x0b', '\ud800', '\ufffe'])
def test_what_xml_cannot_carry_is_refused_before_anything_is_sent(text: str) -> None:
    with pytest.raises(BadRequest, match='refTransaction'):
        an_operation('payInvoices').request({**PAYMENT, 'refTransaction': text})  # type: ignore[arg-type]


@pytest.mark.parametrize('number', ['', 'x', '1.0', '١', '9' * 20])
def test_a_number_that_is_none_is_refused_before_anything_is_sent(number: str) -> None:
    with pytest.raises(BadRequest, match='numDossier'):
        an_operation('payInvoices').request({**PAYMENT, 'numDossier': number})  # type: ignore[arg-type]


def test_credentials_are_sent_as_a_username_token() -> None:
    operation = contract(wsdl_text('default'), username='me', password='p<w').operation('readRegieList')
    body = (operation.request({}).body or b'').decode()
    assert '<wsse:Username>me</wsse:Username>' in body
    assert '#PasswordText">p&lt;w</wsse:Password>' in body
    assert b'wsse' not in (an_operation('readRegieList').request({}).body or b'')


def test_credentials_are_not_shown() -> None:
    deployment = Deployment(URL, password='hidden', proxy_url='http://me:hidden@proxy:1')
    assert 'hidden' not in repr(deployment)


@pytest.mark.parametrize('name', ['readRegieList', 'readInvoices', 'getInvoicePDF', 'payInvoices'])
def test_a_missing_operation_is_named(name: str) -> None:
    wsdl = wsdl_text('default').replace(f'operation name="{name}"', 'operation name="autre"')
    with pytest.raises(MisconfiguredConnector, match=name):
        contract(wsdl).operation(name)


def test_our_service_address_wins_over_the_one_in_the_wsdl() -> None:
    ours = contract(wsdl_text('default'), service_url='https://ours/').operation('readRegieList')
    theirs = contract(wsdl_text('default')).operation('readRegieList')
    assert ours.request({}).url == 'https://ours/'
    assert theirs.request({}).url == 'http://localhost:8080/services/InvoiceService'


def test_a_wsdl_without_an_address_needs_ours() -> None:
    wsdl = re.sub('<wsdl:service.*</wsdl:service>', '', wsdl_text('default'), flags=re.S)
    with pytest.raises(MisconfiguredConnector, match='adresse'):
        contract(wsdl).operation('readRegieList')
    ours = contract(wsdl, service_url='https://ours/').operation('readRegieList')
    assert ours.request({}).url == 'https://ours/'


@pytest.mark.parametrize(
    'document',
    [
        '',
        'not xml',
        '<html/>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>' + wsdl_text('default').partition('?>')[2],
        wsdl_text('default')[:-20],
    ],
)
def test_what_is_not_a_wsdl_is_told(document: str) -> None:
    with pytest.raises(Failure) as raised:
        contract(document)
    assert raised.value.cause is Cause.NOT_A_WSDL


def wsdl_in_two(schema_location: str) -> tuple[str, str]:
    """The WSDL, with its schema in a document of its own."""
    start, rest = wsdl_text('default').split('<wsdl:types>')
    schema, rest = rest.split('</wsdl:types>')
    namespace = 'invoice.ws.maelis.sigec.com'
    prefixes = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="{namespace}"'
    include = f'<xs:include schemaLocation="{schema_location}"/>'
    types = f'<wsdl:types><xs:schema targetNamespace="{namespace}">{include}</xs:schema></wsdl:types>'
    return start + types + rest, schema.strip().replace('<xs:schema', prefixes, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / 'copies'


def test_the_wsdl_and_its_imports_are_fetched_once_and_kept(folder: Path) -> None:
    documents = [an_answer(text.encode('latin-1')) for text in wsdl_in_two('types.xsd')]
    with override_settings(MAELIS_INVOICES_WSDL_DIR=str(folder)):
        with server(answering(*documents)) as url:
            deployment = Deployment(f'{url}/service?wsdl')
            MaelisClient(deployment).refresh_wsdl(deadline=Deadline.after(5))
        (copy,) = folder.iterdir()
        assert list(json.loads(copy.read_text())) == [f'{url}/service?wsdl', f'{url}/types.xsd']
        assert (folder.stat().st_mode & 0o777, copy.stat().st_mode & 0o777) == (0o700, 0o600)
        with pytest.raises(NeverLeft):
            MaelisClient(deployment).read_regies(deadline=Deadline.after(5))


def test_without_a_copy_a_maelis_that_is_down_was_not_called(folder: Path) -> None:
    with override_settings(MAELIS_INVOICES_WSDL_DIR=str(folder)), pytest.raises(NeverLeft):
        MaelisClient(Deployment('http://127.0.0.1:1/?wsdl')).read_regies(deadline=Deadline.after(5))


@pytest.mark.parametrize(
    'answer', [an_answer(b'<html/>'), an_answer(b'', status='404 No'), an_answer(b'', status='302 There')]
)
def test_without_a_copy_a_wrong_address_is_the_administrators_matter(folder: Path, answer: bytes) -> None:
    settings = override_settings(MAELIS_INVOICES_WSDL_DIR=str(folder))
    with settings, server(answering(answer)) as url, pytest.raises(MisconfiguredConnector):
        MaelisClient(Deployment(f'{url}/?wsdl')).read_regies(deadline=Deadline.after(5))
    assert not folder.exists()


def test_a_refreshed_copy_reaches_other_processes(folder: Path) -> None:
    with override_settings(MAELIS_INVOICES_WSDL_DIR=str(folder)):
        copy = WsdlCopy(URL)
        copy.write({URL: wsdl_text('default')})
        client = MaelisClient(Deployment(URL, 'http://127.0.0.1:1/'))
        assert operation_answer(client) == 'readRegieListResponse'
        copy.write({URL: wsdl_text('other')})
        assert operation_answer(client) == 'readRegieListReply'
        next(folder.iterdir()).unlink()
        assert operation_answer(client) == 'readRegieListReply'


def operation_answer(client: MaelisClient) -> str:
    return client._contracts.get(Deadline.after(5)).operation('readRegieList').answer


def test_a_copy_in_a_folder_that_others_may_write_is_not_used(folder: Path) -> None:
    with override_settings(MAELIS_INVOICES_WSDL_DIR=str(folder)):
        copy = WsdlCopy(URL)
        copy.write({URL: wsdl_text('default')})
        assert copy.read()
        folder.chmod(0o777)
        assert copy.read() is None
        copy.write({URL: 'anything'})
        folder.chmod(0o700)
        assert copy.read() == {URL: wsdl_text('default')}


@pytest.mark.parametrize('text', ['', '[]', '{"a": 1}', '{}'])
def test_a_damaged_copy_is_fetched_again(folder: Path, text: str) -> None:
    settings = override_settings(MAELIS_INVOICES_WSDL_DIR=str(folder))
    with settings, server(answering(an_answer(wsdl_text('default').encode('latin-1')))) as url:
        deployment = Deployment(f'{url}/?wsdl')
        MaelisClient(deployment).refresh_wsdl(deadline=Deadline.after(5))
        (copy,) = folder.iterdir()
        copy.write_text(text)
        assert operation_answer(MaelisClient(deployment)) == 'readRegieListResponse'
        assert json.loads(copy.read_text())[deployment.wsdl_url] == wsdl_text('default')
