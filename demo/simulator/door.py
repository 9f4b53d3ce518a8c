"""The port that Maelis listens on: open, refusing connections, or swallowing them."""

import errno
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock, Thread
from typing import Any, Literal, TypeVar

State = Literal['open', 'refuse', 'blackhole']
Handler = Callable[..., BaseHTTPRequestHandler]
T = TypeVar('T')


class Server(ThreadingHTTPServer):
    """Knows its open connections, so that it can cut them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: Handler) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Without the name lookup of the standard library, which may be slow."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are our daily bread."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in tuple(self.connections):
            cut(connection)


class Door:
    """Keeps its port, whatever its state: a closed door's port is bound, but nobody listens on it."""

    def __init__(self, host: str, port: int, handler: Handler) -> None:
        self.host, self.port, self.handler = host, port, handler
        self.state: State = 'open'
        self.lock = Lock()
        self._server: Server | None = None
        self._held: list[socket.socket] = []
        self._open()

    def set(self, state: State) -> None:
        with self.lock:
            if state == self.state:
                return
            self._release()
            {'open': self._open, 'refuse': self._refuse, 'blackhole': self._swallow}[state]()
            self.state = state

    def _open(self) -> None:
        self._server = server = patiently(lambda: Server((self.host, self.port), self.handler))
        self.port = server.server_address[1]
        Thread(target=server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True).start()

    def _refuse(self) -> None:
        self._held = [patiently(lambda: bound(self.host, self.port))]

    def _swallow(self) -> None:
        """Nobody accepts, and the queue is full: a new connection waits for an answer that does not come."""
        listener = patiently(lambda: bound(self.host, self.port))
        listener.listen(0)
        self._held = [listener]
        while fits(self._held, self.host, self.port):
            pass

    def _release(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None
        for held in self._held:
            held.close()
        self._held = []


def bound(host: str, port: int) -> socket.socket:
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
    except OSError:
        held.close()
        raise
    return held


def fits(held: list[socket.socket], host: str, port: int) -> bool:
    """Puts one more connection in the queue; False when it found no place."""
    filler = socket.socket()
    filler.settimeout(0.1)
    held.append(filler)
    try:
        filler.connect((host, port))
    except TimeoutError:
        return False
    return True


def cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def patiently(bind: Callable[[], T]) -> T:
    """A port that was just released may stay busy for a moment."""
    for _ in range(100):
        try:
            return bind()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            time.sleep(0.02)
    return bind()
