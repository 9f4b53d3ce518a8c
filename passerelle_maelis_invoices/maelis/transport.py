"""One HTTP request, one answer, within a deadline and a size; Failure says what went wrong.

Nothing is repeated or redirected here, no cookie is kept, no proxy or password is taken from the environment.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException, HTTPResponse
from ssl import SSLContext
from urllib.parse import SplitResult

from .bodies import read_body
from .connections import Connection, IdleConnections
from .deadline import Deadline
from .deployment import Deployment
from .origins import proxy_headers, split_address
from .outcomes import Cause, Failure
from .sockets import AnySocket
from .tls import tls_context

USER_AGENT = 'passerelle-maelis-invoices'


@dataclass(frozen=True, slots=True)
class Request:
    """Bodies hold personal data, hence their absence from repr."""

    method: str
    url: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes = field(repr=False)


class Transport:
    """For one deployment; safe to share between threads."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._pools: dict[tuple[str, str], IdleConnections] = {}

    def send_once(self, request: Request, *, deadline: Deadline, max_size: int) -> Answer:
        """On a connection of its own, closed afterwards: for what must not happen twice."""
        connection = self._open(split_address(request.url), deadline)
        try:
            return self._talk(connection, request, deadline, max_size)
        finally:
            connection.close()

    def status_of(self, request: Request, *, deadline: Deadline) -> int:
        """Sent once, like the former; no more of the answer is read than its headers."""
        connection = self._open(split_address(request.url), deadline)
        used = connection.prepare(deadline)
        try:
            return self._start(connection, request).status
        except (OSError, HTTPException, ValueError) as error:
            raise _failure(error, used) from error
        finally:
            connection.close()

    def send(self, request: Request, *, deadline: Deadline, max_size: int) -> Answer:
        """On a connection that may have served before; only for what may safely happen twice."""
        origin = split_address(request.url)
        pool = self._pools.setdefault((origin.scheme, origin.netloc), IdleConnections())
        kept = pool.take()
        if kept is not None:
            try:
                return self._talk_and_keep(kept, pool, request, deadline, max_size)
            except Failure as failure:
                if not isinstance(failure.__cause__, ConnectionError):
                    raise
        return self._talk_and_keep(self._open(origin, deadline), pool, request, deadline, max_size)

    def _talk_and_keep(
        self,
        connection: Connection,
        pool: IdleConnections,
        request: Request,
        deadline: Deadline,
        max_size: int,
    ) -> Answer:
        try:
            answer = self._talk(connection, request, deadline, max_size)
        except BaseException:
            connection.close()
            raise
        if connection.sock is not None:
            pool.give(connection)
        return answer

    def _open(self, origin: SplitResult, deadline: Deadline) -> Connection:
        tls = self._tls if origin.scheme == 'https' else None
        connection = Connection(origin, tls=tls, proxy=self._proxy)
        connection.open(deadline)
        return connection

    def _talk(self, connection: Connection, request: Request, deadline: Deadline, max_size: int) -> Answer:
        used = connection.prepare(deadline)
        try:
            response = self._start(connection, request)
            try:
                body = read_body(response, max_size)
            finally:
                response.close()
        except (OSError, HTTPException, ValueError, zlib.error) as error:
            raise _failure(error, used) from error
        return Answer(response.status, response.headers.get('Content-Type', ''), body)

    def _start(self, connection: Connection, request: Request) -> HTTPResponse:
        """Sends the request and reads the answer's headers."""
        headers = {'User-Agent': USER_AGENT, 'Accept-Encoding': 'gzip', **request.headers}
        target = request.url
        if self._proxy is None or target.startswith('https:'):
            parts = split_address(target)
            target = (parts.path or '/') + (f'?{parts.query}' if parts.query else '')
        else:
            headers |= proxy_headers(self._proxy)
        connection.request(request.method, target, body=request.body, headers=headers)
        return connection.getresponse()

    @cached_property
    def _tls(self) -> SSLContext:
        return tls_context(self._deployment)

    @cached_property
    def _proxy(self) -> SplitResult | None:
        return split_address(self._deployment.proxy_url) if self._deployment.proxy_url else None


def _failure(error: Exception, used: AnySocket) -> Failure:
    if not used.written:
        return Failure(Cause.NOT_SENT, type(error).__name__)
    if isinstance(error, TimeoutError):
        return Failure(Cause.SLOW, 'no whole answer within the deadline')
    if isinstance(error, zlib.error):
        return Failure(Cause.MALFORMED, 'compressed body is damaged')
    return Failure(Cause.CUT, type(error).__name__)
