"""What can be done to a connection, decent or not."""

import os
import socket
import struct
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler

XML = 'text/xml; charset=utf-8'
RESET_ON_CLOSE = struct.pack('ii', 1, 0)


class Wire:
    """One request's connection; after `close`, `reset` and what implies them it serves no other request."""

    def __init__(self, handler: BaseHTTPRequestHandler, answering: Callable[[], None] = lambda: None) -> None:
        """``answering`` is called before anything is sent."""
        self.handler = handler
        self.answering = answering
        self.socket: socket.socket = handler.connection

    def send(
        self, status: int, body: bytes, content_type: str = XML, headers: Mapping[str, str] | None = None
    ) -> None:
        """A complete answer."""
        size = {'Content-Type': content_type, 'Content-Length': str(len(body))}
        self.raw(head(status, {**size, **(headers or {})}) + body)

    def raw(self, data: bytes) -> None:
        self.answering()
        self.socket.sendall(data)

    def stream(self, pieces: Iterable[bytes], headers: Mapping[str, str] | None = None) -> None:
        """A chunked answer whose size nobody announces."""
        self.raw(head(200, {'Content-Type': XML, 'Transfer-Encoding': 'chunked', **(headers or {})}))
        for piece in pieces:
            self.raw(b'%x\r\n%b\r\n' % (len(piece), piece))
        self.raw(b'0\r\n\r\n')

    def trickle(self, data: bytes, interval: float, seconds: float) -> None:
        """One byte at a time; ends when the other side goes away, or after so many seconds."""
        end = time.monotonic() + seconds
        for n in range(len(data)):
            if self._is_left_alone(min(interval, end - time.monotonic())):
                self.raw(data[n : n + 1])
            else:
                break
        self.close()

    def hang(self, seconds: float) -> None:
        """Says nothing until the other side goes away, or so many seconds have passed."""
        self._is_left_alone(seconds)
        self.close()

    def close(self) -> None:
        self.handler.close_connection = True

    def reset(self) -> None:
        """The other side gets a TCP reset, not an orderly end."""
        self.close()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        os.close(self.socket.detach())

    def _is_left_alone(self, seconds: float) -> bool:
        """Waits; False when the other side has gone, or when there was no time to wait."""
        if seconds <= 0:
            return False
        self.socket.settimeout(seconds)
        try:
            self.socket.recv(1)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(None)
        return False


def head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f'HTTP/1.1 {status} {HTTPStatus(status).phrase}', 'Server: Maelis-Simulator']
    lines += [f'{name}: {value}' for name, value in headers.items()]
    return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1')
