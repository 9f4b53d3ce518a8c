"""The contract of one deployment: from memory, else from the copy on disk, else from Maelis."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from .contract import Contract
from .deadline import Deadline, DeadlineExceeded
from .deployment import Deployment
from .outcomes import Failure
from .transport import Transport
from .wsdl import Documents, client_from, fetch_wsdl
from .wsdl_copy import WsdlCopy


class Contracts:
    """Built once per process, and again when the copy on disk changes."""

    def __init__(self, deployment: Deployment, transport: Transport) -> None:
        self._deployment = deployment
        self._transport = transport
        self._lock = Lock()
        self._built: Contract | None = None
        self._stamp = 0

    def get(self, deadline: Deadline) -> Contract:
        """Uses the network only where there is no copy; raises Failure, DeadlineExceeded."""
        copy = WsdlCopy(self._deployment.wsdl_url)
        built = self._current(copy)
        if built:
            return built
        with _held(self._lock, deadline):
            return self._current(copy) or self._keep(self._from(copy) or self._fetched(copy, deadline), copy)

    def refresh(self, deadline: Deadline) -> Contract:
        """Fetches the WSDL anew; the copy is replaced only by one that can be used."""
        copy = WsdlCopy(self._deployment.wsdl_url)
        with _held(self._lock, deadline):
            return self._keep(self._fetched(copy, deadline), copy)

    def _current(self, copy: WsdlCopy) -> Contract | None:
        """A copy that has vanished changes nothing: what was built from it still holds."""
        return self._built if copy.stamp() in (0, self._stamp) else None

    def _keep(self, built: Contract, copy: WsdlCopy) -> Contract:
        self._built, self._stamp = built, copy.stamp()
        return built

    def _from(self, copy: WsdlCopy) -> Contract | None:
        documents = copy.read()
        try:
            return self._contract(documents) if documents else None
        except Failure:
            return None

    def _fetched(self, copy: WsdlCopy, deadline: Deadline) -> Contract:
        documents = fetch_wsdl(self._deployment, self._transport, deadline)
        copy.write(documents)
        return self._contract(documents)

    def _contract(self, documents: Documents) -> Contract:
        return Contract(client_from(self._deployment, documents), self._deployment.service_url)


@contextmanager
def _held(lock: Lock, deadline: Deadline) -> Iterator[None]:
    """Raises DeadlineExceeded when somebody else holds it all the time."""
    if not lock.acquire(timeout=deadline.left()):
        raise DeadlineExceeded('waited for the WSDL')
    try:
        yield
    finally:
        lock.release()
