"""The answer of getInvoicePDF: a document, inline in base64 or as an attachment."""

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from .envelope import Content, is_leaf, local_name
from .outcomes import Cause, Failure

MAGIC = b'%PDF-'
#: How MAGIC begins in base64.
MAGIC_BASE64 = 'JVBERi'
BLANKS = b' \t\r\n'


def pdf_in(content: Content, max_size: int) -> bytes:
    """Byte for byte what Maelis sent; raises Failure when nothing in the answer is a PDF."""
    for document in _documents(content):
        if document.startswith(MAGIC):
            if len(document) > max_size:
                raise Failure(Cause.TOO_LARGE, f'PDF of {len(document)} bytes')
            return document
    raise Failure(Cause.NOT_A_PDF, 'no element decodes to a PDF')


def _documents(content: Content) -> Iterator[bytes]:
    """An attachment that the answer does not refer to may be anything."""
    for element in content.element.iter('*'):
        if local_name(element) == 'Include':
            yield content.attachments.get(unquote(element.get('href', '')).removeprefix('cid:'), b'')
        elif is_leaf(element):
            yield _decoded(element)


def _decoded(element: etree._Element) -> bytes:
    """The text may take much memory: no name holds it while others are made of it."""
    if not (element.text or '')[:100].lstrip().startswith(MAGIC_BASE64):
        return b''
    try:
        return base64.b64decode((element.text or '').encode('ascii').translate(None, BLANKS), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Failure(Cause.NOT_A_PDF, 'damaged base64') from None
