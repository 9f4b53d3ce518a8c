"""A style is a WSDL and the way to say things in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from demo.simulator import default_style, other_style
from demo.simulator.invoice import Invoice, Regie
from demo.simulator.node import Node

WSDL_FOLDER = Path(__file__).resolve().parent.parent.parent / 'fixtures' / 'wsdl'
ADDRESS = '{http://schemas.xmlsoap.org/wsdl/soap/}address'
SCHEMA = '{http://www.w3.org/2001/XMLSchema}schema'


@dataclass(frozen=True)
class Style:
    """Requests and answers are called `<operation><suffix>`; the functions give what is inside an answer."""

    file: str
    namespace: str
    qualified: bool
    request_suffix: str
    answer_suffix: str
    regies: Callable[[Sequence[Regie]], tuple[Node, ...]]
    invoices: Callable[[Sequence[Invoice]], tuple[Node, ...]]
    pdf: Callable[[str], tuple[Node, ...]]
    word: Callable[[str], tuple[Node, ...]]

    def wsdl(self, address: str) -> bytes:
        """The WSDL with the address filled in."""
        document = etree.parse(WSDL_FOLDER / self.file)
        for element in document.iter(ADDRESS):
            element.set('location', address)
        return etree.tostring(document, xml_declaration=True, encoding='UTF-8')

    def schema(self) -> etree.XMLSchema:
        """What requests, and honest answers, must look like."""
        found = etree.parse(WSDL_FOLDER / self.file).find(f'.//{SCHEMA}')
        assert found is not None  # noqa: S101
        return etree.XMLSchema(etree.fromstring(etree.tostring(found)))


STYLES = {
    'default': Style(
        file='InvoiceService.wsdl',
        namespace='invoice.ws.maelis.sigec.com',
        qualified=False,
        request_suffix='',
        answer_suffix='Response',
        regies=default_style.regies,
        invoices=default_style.invoices,
        pdf=default_style.pdf,
        word=default_style.word,
    ),
    'other': Style(
        file='OtherStyle.wsdl',
        namespace='urn:example:facturation:v7',
        qualified=True,
        request_suffix='Request',
        answer_suffix='Reply',
        regies=other_style.regies,
        invoices=other_style.invoices,
        pdf=other_style.pdf,
        word=other_style.word,
    ),
}
