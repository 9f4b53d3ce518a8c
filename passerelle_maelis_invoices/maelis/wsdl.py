"""The description of one Maelis: fetched once, kept on disk, built once per process.

Documents are kept by address, as text with one character a byte.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from zeep import Client, Settings
from zeep.wsdl import Document
from zeep.wsse.username import UsernameToken

from ..errors import MisconfiguredConnector
from .deadline import Deadline
from .deployment import Deployment
from .outcomes import Cause, Failure
from .transport import Request, Transport

Documents = Mapping[str, str]

#: Bytes of one document at most; real ones have some tens of kilobytes.
MAX_DOCUMENT_SIZE = 4 * 1024 * 1024
#: Documents that a WSDL may import, directly or not.
MAX_DOCUMENTS = 50

STRICT = Settings(strict=True, raw_response=True, forbid_dtd=True, forbid_entities=True)


def fetch_wsdl(deployment: Deployment, transport: Transport, deadline: Deadline) -> Documents:
    """The WSDL and all that it imports, read from the network, and known to be one; raises Failure."""
    source = _Network(transport, deadline)
    _build(deployment, source)
    return source.documents


def client_from(deployment: Deployment, documents: Documents) -> Client:
    """A zeep client that never uses the network: what it would send, it returns (see ``_Catcher``)."""
    wsse = UsernameToken(deployment.username, deployment.password) if deployment.username else None
    document = _build(deployment, _Copy(documents))
    return Client(document, wsse=wsse, transport=_Catcher(), settings=STRICT)


def _build(deployment: Deployment, source: '_Network | _Copy') -> Document:
    try:
        _check_root(source.load(deployment.wsdl_url))
        return Document(deployment.wsdl_url, source, settings=STRICT)
    except (Failure, MisconfiguredConnector, TimeoutError):
        raise
    except Exception as error:
        raise Failure(Cause.NOT_A_WSDL, type(error).__name__) from error


def _check_root(content: bytes) -> None:
    """zeep takes any XML, an HTML page too, for a WSDL without services."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    if etree.QName(root).localname != 'definitions':
        raise Failure(Cause.NOT_A_WSDL, f'root element {etree.QName(root).localname}')


class _Network:
    """What zeep takes for its transport while it follows imports."""

    def __init__(self, transport: Transport, deadline: Deadline) -> None:
        self.documents: dict[str, str] = {}
        self._transport = transport
        self._deadline = deadline

    def load(self, url: str) -> bytes:
        if url not in self.documents:
            if len(self.documents) >= MAX_DOCUMENTS:
                raise Failure(Cause.NOT_A_WSDL, 'too many imports')
            self.documents[url] = self._fetch(url).decode('latin-1')
        return self.documents[url].encode('latin-1')

    def _fetch(self, url: str) -> bytes:
        request = Request('GET', url, headers={'Accept': 'text/xml, application/xml, */*;q=0.1'})
        answer = self._transport.send_once(request, deadline=self._deadline, max_size=MAX_DOCUMENT_SIZE)
        if answer.status != 200:
            raise Failure(_cause_of_status(answer.status), f'HTTP {answer.status}')
        if not answer.body:
            raise Failure(Cause.EMPTY)
        return answer.body


class _Copy:
    """The same, from documents at hand."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def load(self, url: str) -> bytes:
        return self._documents[url].encode('latin-1')


class _Catcher:
    """The transport that zeep sends through: it hands the finished message back, to be sent by ours."""

    def post_xml(self, address: str, envelope: Any, headers: Mapping[str, str]) -> Request:
        body = etree.tostring(envelope, encoding='utf-8', xml_declaration=True)
        return Request('POST', address, body, dict(headers))


def _cause_of_status(status: int) -> Cause:
    if 300 <= status < 400:
        return Cause.REDIRECT
    if status in (401, 403):
        return Cause.AUTHENTICATION
    return Cause.NOT_FOUND if status < 500 else Cause.HTTP_STATUS
