"""HTTP connections to one origin, directly or through a proxy; the next rung up sends requests on them."""

import os
import select
import socket
import ssl
from collections import deque
from http.client import HTTPConnection, HTTPException
from threading import Lock
from time import monotonic
from urllib.parse import SplitResult
from weakref import WeakSet

from .deadline import Deadline
from .origins import port_of, proxy_headers
from .outcomes import Cause, Failure
from .sockets import AnySocket, DeadlineSocket, open_socket, secure_socket

#: Seconds that an unused connection is kept: less than servers usually do.
IDLE_TIME = 15.0
#: Unused connections kept for one origin.
IDLE_CONNECTIONS = 8

#: The first that fits says why a connection could not be opened.
CONNECT_CAUSES: tuple[tuple[type[Exception], Cause], ...] = (
    (ssl.SSLCertVerificationError, Cause.CERTIFICATE),
    (ssl.SSLError, Cause.TLS),
    (socket.gaierror, Cause.DNS),
    (ConnectionRefusedError, Cause.CONNECTION_REFUSED),
    (TimeoutError, Cause.CONNECT_TIMEOUT),
)


class Connection(HTTPConnection):
    """``sock`` and ``deadline`` are what differs: see sockets."""

    def __init__(self, origin: SplitResult, *, tls: ssl.SSLContext | None, proxy: SplitResult | None) -> None:
        via = proxy or origin
        super().__init__(via.hostname or '', port_of(via))
        self._origin = origin
        self._proxy = proxy
        self._tls = tls if origin.scheme == 'https' else None
        self._create_connection = self._open_socket
        self.idle_since = 0.0
        if proxy and self._tls:
            self.set_tunnel(origin.hostname or '', port_of(origin), headers=proxy_headers(proxy))

    def open(self, deadline: Deadline) -> None:
        """Up to the TLS handshake included; raises Failure, and nothing of a request has left."""
        self._deadline = deadline
        try:
            self.connect()
        except (OSError, HTTPException) as error:
            self.close()
            raise Failure(self._cause_of(error), type(error).__name__) from error

    def connect(self) -> None:
        super().connect()
        if self._tls:
            self.sock = secure_socket(self.sock, self._tls, self._origin.hostname or '', self._deadline)

    def prepare(self, deadline: Deadline) -> AnySocket:
        """The socket of an open connection, with its deadline set and nothing written yet."""
        opened: AnySocket = self.sock  # type: ignore[assignment]
        opened.deadline = deadline
        opened.written = False
        return opened

    def is_usable(self) -> bool:
        """Idle for a short time only, and neither closed nor written to by the server meanwhile."""
        if self.sock is None or monotonic() - self.idle_since > IDLE_TIME:
            return False
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)

    def _cause_of(self, error: Exception) -> Cause:
        default = Cause.UNREACHABLE if self._proxy is None else Cause.PROXY
        return next((cause for kind, cause in CONNECT_CAUSES if isinstance(error, kind)), default)

    def _open_socket(self, place: tuple[str, int], *_: object) -> DeadlineSocket:
        return open_socket(*place, self._deadline)


class IdleConnections:
    """Open connections that wait for the next read, the last used first."""

    def __init__(self) -> None:
        self.forget()
        _POOLS.add(self)

    def forget(self) -> None:
        self._lock = Lock()
        self._idle: deque[Connection] = deque()

    def take(self) -> Connection | None:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None or connection.is_usable():
                return connection
            connection.close()

    def give(self, connection: Connection) -> None:
        connection.idle_since = monotonic()
        with self._lock:
            self._idle.append(connection)
            surplus = self._idle.popleft() if len(self._idle) > IDLE_CONNECTIONS else None
        if surplus:
            surplus.close()


_POOLS: WeakSet[IdleConnections] = WeakSet()


def _forget_all() -> None:
    """A forked child must not talk on its parent's connections."""
    for pool in list(_POOLS):
        pool.forget()


os.register_at_fork(after_in_child=_forget_all)
