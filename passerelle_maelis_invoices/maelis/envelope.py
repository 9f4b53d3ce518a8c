"""From an HTTP answer to the one element that answers the operation; anything else is a Failure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from .deadline import Deadline, DeadlineExceeded
from .multipart import is_multipart, split_parts
from .outcomes import Cause, Failure, cause_of_fault
from .transport import Answer

#: Bytes that are parsed between two looks at the clock.
SLICE = 256 * 1024
#: Tags that one document may have: parsed, each element takes many times its size.
MAX_TAGS = 1_000_000
NIL = '{http://www.w3.org/2001/XMLSchema-instance}nil'
#: Where faults keep their codes: those of SOAP 1.1 and 1.2, and those of the service in the fault's detail.
CODES = frozenset({'faultcode', 'Value', 'code', 'errorCode', 'codeErreur'})
#: Characters of a code that reach logs.
CODE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Content:
    """The element that answers, and the attachments by Content-ID."""

    element: etree._Element
    attachments: Mapping[str, bytes]


def open_envelope(answer: Answer, expected: str, deadline: Deadline, *, huge: bool = False) -> Content:
    """``expected`` is the local name that the WSDL announces; ``huge`` allows texts of more than 10 MB."""
    _refuse_status(answer.status)
    document = answer.body
    attachments: Mapping[str, bytes] = {}
    if not document.strip():
        raise Failure(Cause.EMPTY, f'HTTP {answer.status} without a body')
    if is_multipart(answer.content_type):
        document, attachments = split_parts(answer.content_type, answer.body)
    inner = _in_body(_parse(document, answer, deadline, huge=huge))
    if local_name(inner) == 'Fault':
        raise _fault(inner)
    if answer.status != 200:
        raise Failure(Cause.HTTP_STATUS, f'HTTP {answer.status}')
    if local_name(inner) != expected:
        raise Failure(Cause.OTHER_ANSWER, f'{local_name(inner)[:CODE_LENGTH]} instead of {expected}')
    return Content(inner, attachments)


def local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition('}')[2]


def is_leaf(element: etree._Element) -> bool:
    return len(element) == 0


def text_of(element: etree._Element) -> str:
    """Without the space around it; '' when the element is empty or nil."""
    return (element.text or '').strip()


def _refuse_status(status: int) -> None:
    if 300 <= status < 400:
        raise Failure(Cause.REDIRECT, f'HTTP {status}')
    if status in (401, 403):
        raise Failure(Cause.AUTHENTICATION, f'HTTP {status}')


def _parse(document: bytes, answer: Answer, deadline: Deadline, *, huge: bool) -> etree._Element:
    if document.count(b'<') > MAX_TAGS:
        raise Failure(Cause.TOO_LARGE, 'too many elements')
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=huge,
    )
    try:
        for start in range(0, len(document), SLICE):
            deadline.left()
            parser.feed(document[start : start + SLICE])
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise _not_xml(document, answer) from error
    except DeadlineExceeded:
        raise Failure(Cause.SLOW, 'deadline passed while parsing') from None
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]
        raise Failure(Cause.HTML if local_name(root).lower() == 'html' else Cause.MALFORMED, 'has a DTD')
    return root


def _not_xml(document: bytes, answer: Answer) -> Failure:
    html = 'html' in answer.content_type.lower() or b'<html' in document[:1000].lower()
    return Failure(Cause.HTML if html else Cause.MALFORMED, f'HTTP {answer.status}')


def _in_body(root: etree._Element) -> etree._Element:
    bodies = [child for child in root if local_name(child) == 'Body']
    if local_name(root) != 'Envelope' or len(bodies) != 1 or len(bodies[0]) != 1:
        html = local_name(root).lower() == 'html'
        raise Failure(Cause.HTML if html else Cause.MALFORMED, 'not an envelope with one element')
    return bodies[0][0]


def _fault(fault: etree._Element) -> Failure:
    """Its text is left out: nobody knows what it says of whom."""
    codes = tuple(_codes(fault))
    return Failure(cause_of_fault(codes), ' '.join(code[:CODE_LENGTH] for code in codes))


def _codes(fault: etree._Element) -> Iterator[str]:
    for element in fault.iter('*'):
        code = text_of(element).rpartition(':')[2]
        if code and is_leaf(element) and local_name(element) in CODES:
            yield code
