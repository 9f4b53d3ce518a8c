"""Deadlines, sizes and connections, against servers made of a few lines of socket code."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from passerelle_maelis_invoices.maelis import Deadline, Deployment
from passerelle_maelis_invoices.maelis import resolver as resolver_module
from passerelle_maelis_invoices.maelis.outcomes import Cause, Failure
from passerelle_maelis_invoices.maelis.resolver import THREADS, Resolver
from passerelle_maelis_invoices.maelis.transport import Answer, Request, Transport
from tests.maelis.servers import Script, a_certificate, an_answer, answering, over_tls, read_request, server

SHORT, WIDE_MARGIN = 0.4, 1.5
MAX_SIZE = 100_000


def ask(transport: Transport, url: str, *, seconds: float = 5.0, once: bool = False) -> Answer:
    send = transport.send_once if once else transport.send
    return send(Request('POST', url, b'<question/>'), deadline=Deadline.after(seconds), max_size=MAX_SIZE)


def cause_of(script: Script, *, seconds: float = 5.0) -> Cause:
    with server(script) as url, pytest.raises(Failure) as raised:
        ask(Transport(Deployment('')), url, seconds=seconds)
    return raised.value.cause


def threads_of_ours() -> list[threading.Thread]:
    """Without those of the servers and the few of the resolver."""
    return [
        thread
        for thread in threading.enumerate()
        if thread.name not in ('MainThread', 'test-server', 'maelis-dns')
        and not thread.name.startswith('pytest')
    ]


@contextmanager
def ends_in_time(seconds: float = SHORT) -> Iterator[None]:
    before, start = threads_of_ours(), monotonic()
    yield
    assert monotonic() - start < seconds + WIDE_MARGIN
    assert threads_of_ours() == before


def trickling(document: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        for byte in document:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    return script


def silent(connection: socket.socket) -> None:
    read_request(connection)
    connection.recv(1)


@pytest.mark.parametrize(
    'script',
    [
        pytest.param(silent, id='silence'),
        pytest.param(trickling(b'HTTP/1.1 200 OK\r\n' + b'X-Header: 1\r\n' * 100), id='header'),
        pytest.param(trickling(b'HTTP/1.1 100 Continue\r\n\r\n' * 100), id='continue'),
        pytest.param(trickling(an_answer(b'x' * 1000)[-1010:]), id='status line'),
        pytest.param(
            trickling(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' + b'1\r\nx\r\n' * 99),
            id='chunks',
        ),
    ],
)
def test_p3_a_trickling_server_gains_no_time(script: Script) -> None:
    with ends_in_time():
        assert cause_of(script, seconds=SHORT) in (Cause.SLOW, Cause.CUT)


def test_p3_a_body_in_single_bytes_ends_at_the_deadline() -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
        trickling(b'x' * 1000)(connection)

    with ends_in_time():
        assert cause_of(script, seconds=SHORT) is Cause.SLOW


def test_p3_a_server_that_does_not_read_ends_at_the_deadline() -> None:
    with server(lambda connection: time.sleep(1)) as url, ends_in_time():
        request = Request('POST', url, b'x' * 50_000_000)
        with pytest.raises(Failure) as raised:
            Transport(Deployment('')).send(request, deadline=Deadline.after(SHORT), max_size=10)
    assert raised.value.cause is Cause.SLOW


def test_p3_a_tls_handshake_that_hangs_never_left() -> None:
    with server(lambda connection: time.sleep(1)) as url, ends_in_time(), pytest.raises(Failure) as raised:
        ask(Transport(Deployment('')), url.replace('http:', 'https:'), seconds=SHORT)
    assert raised.value.cause is Cause.CONNECT_TIMEOUT


def test_p3_a_tls_handshake_that_trickles_never_left() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b'\x16\x03\x03\x40\x00')
        trickling_from_now(connection)

    def trickling_from_now(connection: socket.socket) -> None:
        for _ in range(100):
            connection.sendall(b'\x02')
            time.sleep(0.05)

    with server(script) as url, ends_in_time(), pytest.raises(Failure) as raised:
        ask(Transport(Deployment('')), url.replace('http:', 'https:'), seconds=SHORT)
    assert raised.value.cause in (Cause.CONNECT_TIMEOUT, Cause.TLS)


def test_p3_a_trickle_under_tls_ends_at_the_deadline(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    script = over_tls(certificate, trickling(an_answer(b'x' * 1000)))
    with server(script) as url, ends_in_time(), pytest.raises(Failure) as raised:
        transport = Transport(Deployment('', ca_bundle=str(certificate)))
        ask(transport, url.replace('http:', 'https:'), seconds=SHORT)
    assert raised.value.cause is Cause.SLOW


def test_p3_a_name_that_is_never_resolved_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_now = threading.Event()
    lookups: list[object] = []

    def hanging(host: str, *_: object, flags: int = 0, **__: object) -> list[object]:
        if flags:
            raise socket.gaierror(socket.EAI_NONAME, 'not a number')
        lookups.append(host)
        answer_now.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, 'at last')

    monkeypatch.setattr(resolver_module.socket, 'getaddrinfo', hanging)
    resolver = Resolver()
    monkeypatch.setattr('passerelle_maelis_invoices.maelis.sockets.RESOLVER', resolver)
    try:
        for number in range(3):
            with ends_in_time(0.1), pytest.raises(Failure) as raised:
                ask(Transport(Deployment('')), f'http://host-{number % 2}.example/', seconds=0.1)
            assert raised.value.cause is Cause.DNS
        assert sorted(lookups) == ['host-0.example', 'host-1.example']
        assert len([one for one in threading.enumerate() if one.name == 'maelis-dns']) <= 2 * THREADS
    finally:
        answer_now.set()


def test_the_resolver_has_a_few_threads_however_many_names_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_now = threading.Event()
    monkeypatch.setattr(Resolver, '_start_a_thread', counted := Counted(Resolver._start_a_thread))
    monkeypatch.setattr(
        resolver_module.socket, 'getaddrinfo', lambda *_, flags=0, **__: [] if flags else answer_now.wait(20)
    )
    before = [one for one in threading.enumerate() if one.name == 'maelis-dns']
    resolver = Resolver()
    try:
        for number in range(3 * THREADS):
            with pytest.raises(socket.gaierror):
                resolver.addresses(f'host-{number}.example', 80, Deadline.after(0.01))
        after = [one for one in threading.enumerate() if one.name == 'maelis-dns']
        assert len(after) - len(before) == THREADS
        assert counted.calls == 3 * THREADS
    finally:
        answer_now.set()


class Counted:
    def __init__(self, function: object) -> None:
        self.function, self.calls = function, 0

    def __get__(self, instance: object, owner: type) -> object:
        def call() -> None:
            self.calls += 1
            self.function(instance)  # type: ignore[operator]

        return call


def test_a_deadline_that_is_over_sends_nothing() -> None:
    received: list[bytes] = []
    listening = server(lambda connection: received.append(connection.recv(100)))
    with listening as url, pytest.raises(Failure) as raised:
        ask(Transport(Deployment('')), url, seconds=0)
    assert raised.value.cause in (Cause.CONNECT_TIMEOUT, Cause.NOT_SENT)
    assert received in ([], [b''])


def test_a_deadline_that_ends_on_an_open_connection_sends_nothing() -> None:
    with server(answering(an_answer(b'<a/>'))) as url:
        transport = Transport(Deployment(''))
        ask(transport, url)
        with pytest.raises(Failure) as raised:
            ask(transport, url, seconds=0)
    assert raised.value.cause is Cause.NOT_SENT


def test_nobody_there_never_left() -> None:
    with socket.create_server(('127.0.0.1', 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Failure) as raised:
        ask(Transport(Deployment('')), f'http://127.0.0.1:{port}/')
    assert raised.value.cause is Cause.CONNECTION_REFUSED


def test_the_next_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(answering(an_answer(b'<a/>'))) as url, socket.create_server(('127.0.0.1', 0)) as closed:
        place, nobody = ('127.0.0.1', int(url.rpartition(':')[2])), closed.getsockname()
        closed.close()
        addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, '', one) for one in (nobody, place)]
        monkeypatch.setattr(Resolver, 'addresses', lambda *_: addresses)
        assert ask(Transport(Deployment('')), 'http://maelis.example/').status == 200


def test_an_unknown_authority_never_left(tmp_path: Path) -> None:
    with server(over_tls(a_certificate(tmp_path), answering(an_answer(b'<a/>')))) as url:
        with pytest.raises(Failure) as raised:
            ask(Transport(Deployment('')), url.replace('http:', 'https:'))
        trusting = Transport(Deployment('', verify_tls=False))
        assert ask(trusting, url.replace('http:', 'https:'), once=True).body == b'<a/>'
    assert raised.value.cause is Cause.CERTIFICATE


@pytest.mark.parametrize(
    ('answer', 'cause'),
    [
        (b'', Cause.CUT),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n<a/>', Cause.CUT),
        (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n', Cause.CUT),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n', Cause.TOO_LARGE),
        (b'HTTP/1.1 200 OK\r\n\r\n' + b'x' * 100_001, Cause.TOO_LARGE),
        (b'HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nxx', Cause.MALFORMED),
        (b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<a/>', Cause.MALFORMED),
        (
            b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n' + gzip.compress(b'<a/>', mtime=0)[:-9],
            Cause.CUT,
        ),
        (
            b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n' + gzip.compress(b'x' * 100_001, mtime=0),
            Cause.TOO_LARGE,
        ),
        (b'garbage\r\n\r\n', Cause.CUT),
    ],
)
def test_half_an_answer_is_no_answer(answer: bytes, cause: Cause) -> None:
    def script(connection: socket.socket) -> None:
        if read_request(connection):
            connection.sendall(answer)

    assert cause_of(script) is cause


def test_a_compressed_answer_is_read_up_to_the_size_that_it_has_uncompressed() -> None:
    body = gzip.compress(b'x' * MAX_SIZE)
    with server(answering(an_answer(body, headers='Content-Encoding: gzip\r\n'))) as url:
        assert ask(Transport(Deployment('')), url).body == b'x' * MAX_SIZE


def test_reads_share_a_connection_and_payments_have_their_own() -> None:
    connections: list[int] = []

    def script(connection: socket.socket) -> None:
        connections.append(0)
        rank = len(connections) - 1
        while read_request(connection):
            connections[rank] += 1
            connection.sendall(an_answer(b'<a/>'))

    with server(script) as url:
        transport = Transport(Deployment(''))
        for once in (False, False, True, True, False):
            ask(transport, url, once=once)
    assert connections == [3, 1, 1]


def test_a_connection_that_the_server_closed_meanwhile_is_not_used() -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(an_answer(b'<a/>'))

    with server(script) as url:
        transport = Transport(Deployment(''))
        assert [ask(transport, url).status for _ in range(3)] == [200, 200, 200]


def test_a_read_that_meets_a_dying_connection_is_asked_once_more() -> None:
    asked: list[bytes] = []

    def script(connection: socket.socket) -> None:
        while request := read_request(connection):
            asked.append(request)
            if len(asked) == 2:
                return
            connection.sendall(an_answer(b'<a/>'))

    with server(script) as url:
        transport = Transport(Deployment(''))
        assert [ask(transport, url).status for _ in range(2)] == [200, 200]
    assert len(asked) == 3


def test_a_read_on_a_fresh_connection_is_asked_once_only() -> None:
    asked: list[bytes] = []
    assert cause_of(lambda connection: asked.append(read_request(connection))) is Cause.CUT
    assert len(asked) == 1


def test_nothing_comes_from_the_environment_and_no_cookie_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / '.netrc').write_text('machine 127.0.0.1 login me password secret')
    (tmp_path / '.netrc').chmod(0o600)
    monkeypatch.setenv('NETRC', str(tmp_path / '.netrc'))
    monkeypatch.setenv('http_proxy', 'http://127.0.0.1:1')
    asked: list[bytes] = []

    def script(connection: socket.socket) -> None:
        while request := read_request(connection):
            asked.append(request.lower())
            connection.sendall(an_answer(b'<a/>', headers='Set-Cookie: a=b\r\n'))

    with server(script) as url:
        transport = Transport(Deployment(''))
        ask(transport, url)
        ask(transport, url)
    assert len(asked) == 2
    assert not any(b'authorization' in request or b'cookie' in request for request in asked)


def test_a_redirect_is_an_answer_like_any_other() -> None:
    with server(answering(an_answer(b'', status='307 There', headers='Location: /there\r\n'))) as url:
        assert ask(Transport(Deployment('')), url).status == 307


def test_a_proxy_gets_the_whole_address_and_its_password() -> None:
    asked: list[bytes] = []

    def script(connection: socket.socket) -> None:
        asked.append(read_request(connection))
        connection.sendall(an_answer(b'<a/>'))

    with server(script) as url:
        proxy = url.replace('http://', 'http://me:p%40ss@')
        ask(Transport(Deployment('', proxy_url=proxy)), 'http://maelis.invalid/service?x=1')
    assert asked[0].startswith(b'POST http://maelis.invalid/service?x=1 HTTP/1.1\r\nHost: maelis.invalid\r\n')
    assert b'Proxy-Authorization: Basic bWU6cEBzcw==' in asked[0]


def test_a_proxy_that_refuses_the_tunnel_never_left() -> None:
    refusing = server(answering(b'HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n'))
    with refusing as url, pytest.raises(Failure) as raised:
        ask(Transport(Deployment('', proxy_url=url)), 'https://maelis.invalid/')
    assert raised.value.cause is Cause.PROXY


def test_a_tunnel_leads_to_the_server_behind_the_proxy(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    asked: list[bytes] = []

    def script(connection: socket.socket) -> None:
        asked.append(read_request(connection))
        connection.sendall(b'HTTP/1.1 200 Connected\r\n\r\n')
        over_tls(certificate, answering(an_answer(b'<a/>')))(connection)

    with server(script) as url:
        transport = Transport(Deployment('', proxy_url=url, ca_bundle=str(certificate)))
        assert ask(transport, 'https://127.0.0.1:1234/', once=True).body == b'<a/>'
    assert asked[0].startswith(b'CONNECT 127.0.0.1:1234 ')
