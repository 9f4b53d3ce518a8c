"""Servers that misbehave: a script for each connection, on a port of their own."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Script = Callable[[socket.socket], None]


@contextmanager
def server(script: Script) -> Iterator[str]:
    """Its address; each connection gets a thread, and all are closed at the end."""
    listening = socket.create_server(('127.0.0.1', 0))
    opened: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                opened.append(connection)
                threads.append(threading.Thread(target=play, args=(connection,), name='test-server'))
                threads[-1].start()

    def play(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            script(connection)

    accepting = threading.Thread(target=serve, name='test-server')
    accepting.start()
    try:
        yield f'http://127.0.0.1:{listening.getsockname()[1]}'
    finally:
        for one in (listening, *opened):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in (accepting, *threads):
            thread.join(timeout=5)


def read_request(connection: socket.socket) -> bytes:
    """Headers and body of one request; b'' when the client has gone."""
    received = b''
    while b'\r\n\r\n' not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return b''
        received += chunk
    head, _, body = received.partition(b'\r\n\r\n')
    length = next(
        (int(line[15:]) for line in head.split(b'\r\n') if line.lower().startswith(b'content-length')), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b'\r\n\r\n' + body


def an_answer(body: bytes, *, status: str = '200 OK', headers: str = '', kind: str = 'text/xml') -> bytes:
    head = f'HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{headers}\r\n'
    return head.encode() + body


def answering(*answers: bytes) -> Script:
    """One answer for each request, the last one for ever."""
    left = list(answers)

    def script(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return script


def envelope(body: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:n="invoice.ws.maelis.sigec.com">'
        f'<s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


def a_certificate(folder: Path) -> Path:
    """A PEM file with a key and a certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, '127.0.0.1')])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address('127.0.0.1'))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / 'server.pem'
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def over_tls(certificate: Path, script: Script) -> Script:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def secured(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            script(inner)

    return secured
