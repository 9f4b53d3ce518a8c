"""What one WSDL says of our four operations, whatever it calls its service, ports, bindings and messages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from lxml import etree
from zeep import Client
from zeep.exceptions import ValidationError
from zeep.wsdl.bindings import Soap11Binding, Soap12Binding

from ..errors import MisconfiguredConnector
from .arguments import Values, arguments
from .transport import Request

#: The older SOAP first: Maelis speaks 1.1, and an address without SOAP is of no use.
BINDINGS = (Soap11Binding, Soap12Binding)
#: Levels of a type that are looked at: types may contain themselves.
DEPTH = 8


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, ready to build requests; ``answer`` is the local name of the element that answers it."""

    name: str
    answer: str
    #: Local names of the elements that an answer may hold: those that it must hold are marked True.
    announced: Mapping[str, bool]
    _client: Client = field(repr=False)
    _binding: Any = field(repr=False)
    _address: str = field(repr=False)
    _lock: Lock = field(repr=False)

    def request(self, values: Values) -> Request:
        """Raises BadRequest for a value that cannot be sent, MisconfiguredConnector for a homeless one."""
        body = self._binding.get(self.name).input.body
        given = arguments(self.name, body, values)
        with self._lock:
            return self._built(given)

    def _built(self, given: Mapping[str, Any]) -> Request:
        service = self._client.create_service(self._binding.name.text, self._address)
        try:
            request: Request = service[self.name](**given)
        except Exception as error:
            raise MisconfiguredConnector(
                f'Le WSDL demande pour « {self.name} » ce que le connecteur ne sait pas fournir.',
                detail=str(error) if isinstance(error, ValidationError) else type(error).__name__,
            ) from error
        return request


class Contract:
    """The operations of a zeep client, found by name."""

    def __init__(self, client: Client, service_url: str | None) -> None:
        self._client = client
        self._service_url = service_url
        self._lock = Lock()
        self._operations: dict[str, Operation] = {}

    def operation(self, name: str) -> Operation:
        """Raises MisconfiguredConnector when the WSDL has none of that name, or no address to send it to."""
        if name not in self._operations:
            self._operations[name] = self._find(name)
        return self._operations[name]

    def _find(self, name: str) -> Operation:
        for binding, address in self._ports():
            if name in binding.all():
                return self._operation(name, binding, self._service_url or address)
        raise MisconfiguredConnector(
            f'L’opération « {name} » manque dans le WSDL : '
            'vérifiez que son adresse est celle du service des factures.'
        )

    def _ports(self) -> Iterator[tuple[Any, str]]:
        """Bindings that a port offers come first, with its address; the others need an address of ours."""
        services = self._client.wsdl.services.values()
        ports = [port for service in services for port in service.ports.values()]
        offered = [(port.binding, port.binding_options.get('address') or '') for port in ports]
        others = [(binding, '') for binding in self._client.wsdl.bindings.values()]
        for kind in BINDINGS:
            yield from (place for place in (*offered, *others) if type(place[0]) is kind)

    def _operation(self, name: str, binding: Any, address: str) -> Operation:
        output = binding.get(name).output
        if not address:
            raise MisconfiguredConnector('Le WSDL ne donne pas l’adresse du service : indiquez-la.')
        if output is None or output.body is None:
            raise MisconfiguredConnector(f'Le WSDL n’annonce pas de réponse à « {name} ».')
        return Operation(
            name=name,
            answer=etree.QName(output.body.qname).localname,
            announced=dict(_announced(output.body, DEPTH)),
            _client=self._client,
            _binding=binding,
            _address=address,
            _lock=self._lock,
        )


def _announced(element: Any, depth: int) -> Iterator[tuple[str, bool]]:
    """Local names below ``element``, at any level. Where a name occurs twice the last one counts."""
    for child in _children(element):
        if depth:
            yield from _announced(child, depth - 1)
        yield etree.QName(child.qname).localname, child.min_occurs > 0


def _children(element: Any) -> list[Any]:
    pairs = getattr(element.type, 'elements', ())
    return [child for _, child in pairs if getattr(child, 'qname', None) is not None]
