"""Faults of the answer: its status, its XML, what it says."""

from collections.abc import Iterator

from lxml import etree

from demo.simulator.acts.call import Call
from demo.simulator.town import CODES, FIRST_FAMILY

HTML = 'text/html; charset=utf-8'
MAINTENANCE = (
    '<!DOCTYPE html><html><body><h1>Maintenance en cours &amp; retour à 14 h</h1></body></html>'.encode()
)
ERROR_PAGE = b'<html><body><h1>HTTP Status 500 - Internal Server Error</h1></body></html>'
VITAL = {'readRegieList': 'code', 'readInvoices': 'amountInvoice'}
DTD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "{address}/leak">]>
"""


def other_answer(call: Call) -> None:
    call.work()
    other = 'readInvoices' if call.request.operation == 'readRegieList' else 'readRegieList'
    call.send(call.answer_as(other, numDossier=str(FIRST_FAMILY), codeRegie=CODES[0]).root)


def empty(call: Call) -> None:
    call.work()
    call.wire.send(202 if call.armed.fault.name == 'empty_202' else 200, b'')


def html_200(call: Call) -> None:
    call.work()
    call.wire.send(200, MAINTENANCE, HTML)


def commit_then_500(call: Call) -> None:
    call.work()
    call.wire.send(500, ERROR_PAGE, HTML)


def redirect(call: Call) -> None:
    """Only ever to this very simulator, which then does what it is asked."""
    call.work()
    location = f'{call.address}/services/InvoiceService?redirected=1'
    call.wire.send(int(call['status']), b'', headers={'Location': location})


def other_word(call: Call) -> None:
    call.work()
    call.send(call.service.say(call.request, call.service.style.word(call['word'])))


def truncated_xml(call: Call) -> None:
    body = call.body()
    call.wire.send(200, body[: len(body) * 2 // 3])


def missing_element(call: Call) -> None:
    def remove(root: etree._Element) -> None:
        for element in _named(call, root):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)

    call.spoil(remove)


def renamed_element(call: Call) -> None:
    def rename(root: etree._Element) -> None:
        for element in _named(call, root):
            element.tag = _like(element, call['to'])

    call.spoil(rename)


def wrong_type(call: Call) -> None:
    def rewrite(root: etree._Element) -> None:
        for element in _named(call, root):
            element.text = call['value']
            element.attrib.clear()

    call.spoil(rewrite)


def unknown_element(call: Call) -> None:
    def add(root: etree._Element) -> None:
        for parent in [element for element in _answer_of(root).iter() if len(element)]:
            new = etree.Element(_like(parent[0], call['element']))
            new.text = call['value']
            parent.insert(0, new)
            nested = etree.SubElement(parent, '{urn:example:ailleurs}extension')
            etree.SubElement(nested, '{urn:example:ailleurs}detail').text = call['value']

    call.spoil(add)


def reordered_elements(call: Call) -> None:
    def reverse(root: etree._Element) -> None:
        for parent in list(_answer_of(root).iter()):
            for child in list(parent):
                parent.insert(0, child)

    call.spoil(reverse)


def dtd_entities(call: Call) -> None:
    text = etree.tostring(call.answer().root, encoding='unicode')
    call.wire.send(200, (DTD.format(address=call.address) + text.replace('</', '&b;&c;</', 1)).encode())


def foreign_family(call: Call) -> None:
    family = call['as_family'] or _neighbour(call)
    call.send(call.answer_as(numDossier=family).root)


def foreign_regie(call: Call) -> None:
    regie = call['as_regie'] or _other_regie(call)
    call.send(call.answer_as(codeRegie=regie).root)


def _answer_of(root: etree._Element) -> etree._Element:
    """The element in the body."""
    return root[0][0]


def _named(call: Call, root: etree._Element) -> list[etree._Element]:
    answer = _answer_of(root)
    last = list(answer.iter())[-1]
    name = call['element'] or VITAL.get(call.request.operation) or etree.QName(last).localname
    return [element for element in answer.iterdescendants() if etree.QName(element).localname == name]


def _like(element: etree._Element, name: str) -> str:
    """The name, in the namespace of the element."""
    namespace = etree.QName(element).namespace
    return f'{{{namespace}}}{name}' if namespace else name


def _neighbour(call: Call) -> str:
    """The next family that has invoices in that régie; there always is one nearby."""
    own, regie = int(call.request.get('numDossier')), call.request.get('codeRegie')
    candidates = map(str, (*range(own + 1, own + 500), *range(FIRST_FAMILY, own)))
    return next((family for family in candidates if _invoices(call, family, regie)), str(own + 1))


def _other_regie(call: Call) -> str:
    family, own = call.request.get('numDossier'), call.request.get('codeRegie')
    return next((code for code in _others(own) if _invoices(call, family, code)), next(_others(own)))


def _others(own: str) -> Iterator[str]:
    return (code for code in CODES if code != own)


def _invoices(call: Call, family: str, regie: str) -> bool:
    return bool(call.service.books.invoices(family, regie))


ACTS = {
    'other_answer': other_answer,
    'empty_200': empty,
    'empty_202': empty,
    'html_200': html_200,
    'commit_then_500': commit_then_500,
    'redirect': redirect,
    'other_word': other_word,
    'truncated_xml': truncated_xml,
    'missing_element': missing_element,
    'renamed_element': renamed_element,
    'wrong_type': wrong_type,
    'unknown_element': unknown_element,
    'reordered_elements': reordered_elements,
    'dtd_entities': dtd_entities,
    'foreign_family': foreign_family,
    'foreign_regie': foreign_regie,
}
