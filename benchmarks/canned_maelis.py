"""A Maelis that costs nothing: one answer of twenty invoices of ten lines, made beforehand.

``python -m benchmarks.canned_maelis`` prints its port and ends with its standard input. Below ``/ms/200`` it
takes 200 ms, below ``/hang`` it never answers.
"""

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks import canned_answers

WSDL = Path(__file__).parent.parent / 'fixtures' / 'wsdl' / 'InvoiceService.wsdl'


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._send(WSDL.read_bytes())

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers['Content-Length']))
        if self.path.startswith('/hang'):
            time.sleep(3600)
        if self.path.startswith('/ms/'):
            time.sleep(int(self.path.split('/')[2]) / 1000)
        self._send(canned_answers.PAID if b'payInvoices' in asked else canned_answers.INVOICES)

    def log_message(self, format: str, *arguments: object) -> None:
        """Silent."""

    def _send(self, body: bytes) -> None:
        self.wfile.write(
            b'HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b'
            % (len(body), body)
        )


def main() -> None:
    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == '__main__':
    main()
