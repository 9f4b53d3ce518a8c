"""The HTTP side of the service: SOAP by POST, the WSDL by GET."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from lxml import etree

from demo.simulator.acts import ACTS
from demo.simulator.acts.call import Call
from demo.simulator.acts.content import HTML, MAINTENANCE
from demo.simulator.envelope import Request, fault, read_request, to_bytes
from demo.simulator.maelis import Maelis
from demo.simulator.service import WSDL
from demo.simulator.wire import Wire

SERVICE = '/services/InvoiceService'
MAX_REQUEST = 1_000_000


def soap_handler(maelis: Maelis) -> Callable[..., BaseHTTPRequestHandler]:
    """A handler class that serves this Maelis."""

    class SoapHandler(Exchange):
        pass

    SoapHandler.maelis = maelis
    return SoapHandler


class Exchange(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    timeout = 120
    maelis: Maelis

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == SERVICE and url.query.lower() == WSDL:
            self._serve(Request(WSDL, {}, None, etree.Element(WSDL)))
        elif url.path == '/maintenance':
            Wire(self).send(200, MAINTENANCE, HTML)
        else:
            self.maelis.count('leak' if url.path == '/leak' else 'elsewhere')
            Wire(self).send(404, b'<html><body>404</body></html>', HTML)

    def do_POST(self) -> None:
        document = self._document()
        if document is None or urlsplit(self.path).path != SERVICE:
            self.close_connection = True
            Wire(self).send(404, b'<html><body>404</body></html>', HTML)
            return
        try:
            request = read_request(document, self.maelis.service.style)
        except ValueError as error:
            self.maelis.count('unreadable')
            Wire(self).send(500, to_bytes(fault('soap:Client', str(error))))
            return
        self._serve(request)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the counters and the journal tell more."""

    def _serve(self, request: Request) -> None:
        self.maelis.count(request.operation)
        leave = self.maelis.waiting.enter(request.operation)
        wire = Wire(self, leave)
        redirected = 'redirected=1' in self.path
        if redirected:
            self.maelis.count('redirected')
        family, regie = request.get('numDossier'), request.get('codeRegie')
        armed = None if redirected else self.maelis.armoury.draw(request.operation, family, regie)
        try:
            if armed:
                ACTS[armed.fault.name](
                    Call(
                        request=request,
                        service=self.maelis.service,
                        wire=wire,
                        armed=armed,
                        address=self.maelis.address,
                    )
                )
            else:
                answer = self.maelis.service.answer(request)
                wire.send(answer.status, to_bytes(answer.root))
        except ConnectionError:
            self.close_connection = True
        finally:
            leave()

    def _document(self) -> bytes | None:
        length = self.headers.get('Content-Length', '')
        if not length.isdecimal() or int(length) > MAX_REQUEST:
            return None
        return self.rfile.read(int(length))
