"""P16: a PDF is passed byte for byte, only if it is one and within the limit; its name injects no header.

Twenty cases go the whole way: SOAP from a server, our client, our endpoint. Memory is measured apart.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.test import override_settings

from demo.simulator.process import ROOT
from passerelle_maelis_invoices.models import Regie
from tests.builders import a_connector, a_regie, an_api_client, an_invoice
from tests.endpoints.conftest import Portal

WSDL = ROOT / 'fixtures' / 'wsdl' / 'InvoiceService.wsdl'
MEGABYTE = 1024**2
LARGEST = 50 * MEGABYTE
#: Peak memory that a PDF takes: so many times its size (the answer as it comes, its tree, its text, what that
#: decodes to), and something that does not depend on it.
COPIES = 8
BESIDE = 16 * MEGABYTE

HTML = b'<!DOCTYPE html><html><script>alert(1)</script></html>'
PDF = b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\r\n\x00\xff\x1a%%EOF\n'


def noise(size: int) -> bytes:
    """A PDF of that many bytes, as hard to compress as a scan."""
    return (PDF + random.Random(size).randbytes(max(0, size - len(PDF))))[:size]


class Maelis(ThreadingHTTPServer):
    """Answers getInvoicePDF with `document`, whatever it is."""

    daemon_threads = True
    document = b''

    def answer(self) -> bytes:
        return (
            b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            b'<n:getInvoicePDFResponse xmlns:n="invoice.ws.maelis.sigec.com">'
            b'<pdf>%b</pdf></n:getInvoicePDFResponse></s:Body></s:Envelope>'
        ) % b64encode(self.document)


class Handler(BaseHTTPRequestHandler):
    server: Maelis

    def do_GET(self) -> None:
        self._send(WSDL.read_bytes())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers['Content-Length']))
        self._send(self.server.answer())

    def log_message(self, format: str, *arguments: object) -> None:
        """Silent."""

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header('Content-Type', 'text/xml; charset=utf-8')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def a_maelis() -> Iterator[Maelis]:
    with Maelis(('127.0.0.1', 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def maelis() -> Iterator[Maelis]:
    with a_maelis() as server:
        yield server


@pytest.fixture
def regie(db: None, maelis: Maelis) -> Regie:
    address = f'http://127.0.0.1:{maelis.server_port}/'
    return a_regie('102', connector=a_connector(wsdl_url=f'{address}?wsdl', service_url=address))


@pytest.fixture
def portal(regie: Regie) -> Portal:
    an_api_client(connectors=[regie.connector])
    return Portal()


def pdf_of(portal: Portal, regie: Regie, number: str = '30') -> Any:
    an_invoice(number, regie=regie)
    with override_settings(MAELIS_INVOICES_PDF_DEADLINE=60.0):
        return portal.get('regie/102/invoice/pdf/', invoice_id=f'1312-{number}')


@pytest.mark.parametrize(
    'document',
    [
        pytest.param(b'%PDF-', id='nothing but the magic'),
        pytest.param(PDF, id='small'),
        pytest.param(PDF[:-1], id='two bytes of padding'),
        pytest.param(PDF[:-2], id='one byte of padding'),
        pytest.param(b'%PDF-' + bytes(range(256)) * 8, id='every byte'),
        pytest.param(PDF + HTML, id='a PDF first, a page after'),
        pytest.param(noise(MEGABYTE), id='1 MB'),
        pytest.param(noise(11 * MEGABYTE), id='11 MB, more than a text node may have elsewhere'),
        pytest.param(noise(LARGEST), id='50 MB, the limit'),
    ],
)
def test_p16_a_pdf_is_the_same_byte_for_byte(
    portal: Portal, regie: Regie, maelis: Maelis, document: bytes
) -> None:
    maelis.document = document
    answer = pdf_of(portal, regie)
    assert answer.status_code == 200, answer.content[:300]
    assert answer.content == document
    assert answer['Content-Type'] == 'application/pdf'
    assert answer['Cache-Control'] == 'no-store, private'
    assert answer['X-Content-Type-Options'] == 'nosniff'


def test_p16_a_caller_that_holds_the_same_bytes_is_spared_them(
    portal: Portal, regie: Regie, maelis: Maelis
) -> None:
    maelis.document = PDF
    tag = pdf_of(portal, regie)['ETag']
    address = portal.url('regie/102/invoice/1312-30/pdf/')
    same = portal.http.get(address, headers={'If-None-Match': tag})
    assert (same.status_code, same.content, same['ETag']) == (304, b'', tag)
    assert same['Cache-Control'] == 'no-store, private'
    maelis.document = PDF + b'\n'
    address = portal.url('regie/102/invoice/1312-30/pdf/')
    other = portal.http.get(address, headers={'If-None-Match': tag})
    assert (other.status_code, other.content) == (200, PDF + b'\n')


@pytest.mark.parametrize(
    'document',
    [
        pytest.param(b'', id='nothing'),
        pytest.param(b'%PDF', id='four bytes'),
        pytest.param(HTML, id='a page'),
        pytest.param(HTML + PDF, id='a page first, a PDF after'),
        pytest.param(b'\n' + PDF, id='a line before'),
        pytest.param(b'\xef\xbb\xbf' + PDF, id='a byte order mark before'),
        pytest.param(b'PK\x03\x04' + PDF, id='an archive'),
        pytest.param(noise(LARGEST + 1), id='one byte more than the limit'),
    ],
)
def test_p16_what_is_no_pdf_or_too_large_is_not_passed(
    portal: Portal, regie: Regie, maelis: Maelis, document: bytes
) -> None:
    maelis.document = document
    answer = pdf_of(portal, regie)
    assert (answer.status_code, answer['Content-Type']) == (503, 'application/json')
    assert answer.json()['data'] is None


@pytest.mark.parametrize(
    ('number', 'name'),
    [
        ('30\r\nSet-Cookie: a=1', 'facture-30_Set-Cookie_a_1.pdf'),
        ('30"; filename="x.exe', 'facture-30_filename_x.exe.pdf'),
        ('../../etc/passwd\u2028', 'facture-.._.._etc_passwd_.pdf'),
    ],
)
def test_p16_a_name_injects_no_header(
    portal: Portal, regie: Regie, maelis: Maelis, monkeypatch: pytest.MonkeyPatch, number: str, name: str
) -> None:
    """Maelis itself would be asked for a whole number: here the number is already in the local copy."""
    monkeypatch.setattr(
        'passerelle_maelis_invoices.maelis.client.MaelisClient.read_pdf', lambda *_, **__: PDF
    )
    answer = pdf_of(portal, regie, number)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer['Content-Disposition'] == f'inline; filename="{name}"'
    assert 'Set-Cookie' not in answer
    assert not answer.cookies


GROWTH = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(MAELIS_INVOICES_WSDL_DIR=sys.argv[2], USE_TZ=True)
from passerelle_maelis_invoices.maelis import Deadline, Deployment, client_for

def peak():
    status = Path('/proc/self/status').read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith('VmHWM')) * 1024

client = client_for(Deployment(wsdl_url=sys.argv[1] + '?wsdl', service_url=sys.argv[1]))
client.refresh_wsdl(deadline=Deadline.after(20))
before = peak()
for _ in range(3):
    document = client.read_pdf(regie_code='102', number='30', deadline=Deadline.after(60))
print(len(document), peak() - before)
"""


@pytest.mark.skipif(sys.platform != 'linux', reason='memory is read in /proc')
@pytest.mark.parametrize('megabytes', [5, 50])
def test_p16_memory_is_a_few_times_the_document(maelis: Maelis, tmp_path: Path, megabytes: int) -> None:
    maelis.document = noise(megabytes * MEGABYTE)
    done = subprocess.run(
        [sys.executable, '-c', GROWTH, f'http://127.0.0.1:{maelis.server_port}/', str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {'PYTHONPATH': str(ROOT)},
        text=True,
        stdout=subprocess.PIPE,
        timeout=120,
        check=True,
    )
    size, growth = map(int, done.stdout.split())
    assert size == megabytes * MEGABYTE
    assert growth < COPIES * size + BESIDE
