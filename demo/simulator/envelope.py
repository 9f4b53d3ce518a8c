"""SOAP envelopes: requests in, answers and faults out."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from demo.simulator.node import Node, grow
from demo.simulator.style import Style

SOAP11 = 'http://schemas.xmlsoap.org/soap/envelope/'
SOAP12 = 'http://www.w3.org/2003/05/soap-envelope'
WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
PASSWORD_TEXT = (
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText'
)
OPERATIONS = ('readRegieList', 'readInvoices', 'getInvoicePDF', 'payInvoices')


@dataclass(frozen=True)
class Request:
    """`fields` are texts by local name, `credentials` the UsernameToken if there is one in plain text."""

    operation: str
    fields: Mapping[str, tuple[str, ...]]
    credentials: tuple[str, str] | None
    body: etree._Element

    def get(self, name: str) -> str:
        return self.fields.get(name, ('',))[0]


def read_request(document: bytes, style: Style) -> Request:
    """Raises `ValueError` when this is not a SOAP 1.1 call of one of our operations."""
    try:
        root = etree.fromstring(document, _parser())
    except etree.XMLSyntaxError as error:
        raise ValueError(f'XML invalide : {error}') from error
    body = root.find(f'{{{SOAP11}}}Body')
    if root.tag != f'{{{SOAP11}}}Envelope' or body is None or len(body) != 1:
        raise ValueError('Une enveloppe SOAP 1.1 avec un seul élément est attendue')
    return Request(_operation(body[0], style), _fields(body[0]), _credentials(root), body[0])


def envelope(operation: str, content: tuple[Node, ...], style: Style) -> etree._Element:
    """The answer of an operation."""
    root, body = _empty(SOAP11)
    name = f'{{{style.namespace}}}{operation}{style.answer_suffix}'
    answer = etree.SubElement(body, name, nsmap={'ns2': style.namespace})
    for node in content:
        grow(answer, node, style.namespace if style.qualified else '')
    return root


def fault(
    code: str, text: str, detail: str = '', *, namespace: str = 'invoice.ws.maelis.sigec.com'
) -> etree._Element:
    """A SOAP 1.1 fault; `detail` is the code of a business refusal, an empty text leaves it out."""
    root, body = _empty(SOAP11)
    element = etree.SubElement(body, f'{{{SOAP11}}}Fault')
    etree.SubElement(element, 'faultcode', nsmap={'wsse': WSSE}).text = code
    if text:
        etree.SubElement(element, 'faultstring').text = text
    if detail:
        exception = etree.SubElement(
            etree.SubElement(element, 'detail'), f'{{{namespace}}}MaelisException', nsmap={'ns1': namespace}
        )
        etree.SubElement(exception, 'code').text = detail
        etree.SubElement(exception, 'message').text = text
    return root


def fault12(code: str, text: str, detail: str) -> etree._Element:
    """A SOAP 1.2 fault, which a SOAP 1.1 service has no business sending; some do."""
    root, body = _empty(SOAP12)
    element = etree.SubElement(body, f'{{{SOAP12}}}Fault')
    value = etree.SubElement(etree.SubElement(element, f'{{{SOAP12}}}Code'), f'{{{SOAP12}}}Value')
    value.text = code
    reason = etree.SubElement(etree.SubElement(element, f'{{{SOAP12}}}Reason'), f'{{{SOAP12}}}Text')
    reason.text = text
    etree.SubElement(etree.SubElement(element, f'{{{SOAP12}}}Detail'), 'code').text = detail
    return root


def to_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8')


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


def _empty(namespace: str) -> tuple[etree._Element, etree._Element]:
    root = etree.Element(f'{{{namespace}}}Envelope', nsmap={'soap': namespace})
    return root, etree.SubElement(root, f'{{{namespace}}}Body')


def _operation(element: etree._Element, style: Style) -> str:
    for operation in OPERATIONS:
        if element.tag == f'{{{style.namespace}}}{operation}{style.request_suffix}':
            return operation
    raise ValueError(f'Opération inconnue : {element.tag}')


def _fields(element: etree._Element) -> Mapping[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {}
    for child in element.iterchildren('*'):
        name = etree.QName(child).localname
        fields[name] = (*fields.get(name, ()), child.text or '')
    return fields


def _credentials(root: etree._Element) -> tuple[str, str] | None:
    token = root.find(f'{{{SOAP11}}}Header/{{{WSSE}}}Security/{{{WSSE}}}UsernameToken')
    if token is None:
        return None
    password = token.find(f'{{{WSSE}}}Password')
    if password is None or password.get('Type') != PASSWORD_TEXT:
        return None
    return token.findtext(f'{{{WSSE}}}Username', ''), password.text or ''
