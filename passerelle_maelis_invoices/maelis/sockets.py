"""Sockets that know when the call must have ended.

Each operation first sets the socket's timeout to what is left of the deadline, so that a peer that sends one
byte at a time gains nothing. Within one operation (a handshake, a sendall) Python itself bounds the whole.
"""

import socket
import ssl
from typing import TYPE_CHECKING, Any

from .deadline import Deadline
from .resolver import RESOLVER, Address

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class DeadlineSocket(socket.socket):
    deadline: Deadline | None = None
    #: A byte may have left since this was last set to False.
    written = False

    def recv_into(self, buffer: 'WriteableBuffer', nbytes: int = 0, flags: int = 0) -> int:
        _bound(self)
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, data: 'ReadableBuffer', flags: int = 0) -> None:
        _bound(self)
        self.written = True
        super().sendall(data, flags)


class DeadlineTLSSocket(ssl.SSLSocket):
    """Made by an SSLContext whose ``sslsocket_class`` is this."""

    deadline: Deadline | None = None
    written = False

    def recv_into(self, buffer: 'WriteableBuffer', nbytes: int | None = None, flags: int = 0) -> int:
        _bound(self)
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: 'ReadableBuffer', flags: int = 0) -> int:
        """``sendall`` of the base class calls this until all has left."""
        _bound(self)
        self.written = True
        return super().send(data, flags)


AnySocket = DeadlineSocket | DeadlineTLSSocket


def open_socket(host: str, port: int, deadline: Deadline) -> DeadlineSocket:
    """Tries each address in turn, none for more than its share of the time left.

    Raises OSError: the last address's failure; socket.gaierror when there is no address.
    """
    addresses = RESOLVER.addresses(host, port, deadline)
    for rank, address in enumerate(addresses, start=1):
        try:
            return _connected(address, deadline, share=1 + len(addresses) - rank)
        except OSError:
            if rank == len(addresses):
                raise
    raise socket.gaierror(f'no address for {host}')


def _connected(address: Address, deadline: Deadline, *, share: int) -> DeadlineSocket:
    family, kind, protocol, _, place = address
    opened = DeadlineSocket(family, kind, protocol)
    try:
        opened.settimeout(deadline.left() / share)
        opened.connect(place)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        opened.close()
        raise
    opened.deadline = deadline
    return opened


def secure_socket(
    opened: socket.socket, context: ssl.SSLContext, name: str, deadline: Deadline
) -> DeadlineTLSSocket:
    """TLS over a connected socket, the handshake within the deadline; closes it when that fails."""
    try:
        opened.settimeout(deadline.left())
        secured: Any = context.wrap_socket(opened, server_hostname=name)
    except BaseException:
        opened.close()
        raise
    secured.deadline = deadline
    return secured  # type: ignore[no-any-return]


def _bound(used: AnySocket) -> None:
    if used.deadline is not None:
        used.settimeout(used.deadline.left())
