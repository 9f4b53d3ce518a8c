"""An independent client: zeep for the decent exchanges, plain sockets for the others."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import zeep
from zeep.wsse.username import UsernameToken

from demo.simulator.process import Simulator

PARIS = ZoneInfo('Europe/Paris')
FAMILY, REGIE, NUMBER = '1001', '007', '12'
POST = 'POST /services/InvoiceService HTTP/1.1'


def client(simulator: Simulator, *, username: str = '', password: str = '') -> Any:
    token = UsernameToken(username, password) if username else None
    return zeep.Client(simulator.wsdl_url, wsse=token).service


def read(service: Any, family: str = FAMILY, regie: str = REGIE, **dates: datetime) -> list[Any]:
    """The invoices, wrapped or not."""
    answer = service.readInvoices(numDossier=int(family), codeRegie=regie, **dates)
    if hasattr(answer, 'factures'):
        answer = answer.factures and answer.factures.facture
    return list(answer or [])


def pay(
    service: Any, *numbers: str, amount: str = '1.50', reference: str = 'T1', family: str = FAMILY
) -> Any:
    return service.payInvoices(
        numDossier=int(family),
        codeRegie=REGIE,
        amount=Decimal(amount),
        datePaiement=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        refTransaction=reference,
        numInvoices=[int(number) for number in numbers or (NUMBER,)],
    )


def paid(service: Any, number: str = NUMBER) -> Decimal:
    invoice = next(invoice for invoice in read(service) if str(invoice.numInvoice) == number)
    return Decimal(str(invoice.amountPaid or 0))


def money(*amounts: Any) -> Decimal:
    """To the cent, whatever the type in the WSDL."""
    return sum((Decimal(str(amount or 0)) for amount in amounts), Decimal(0)).quantize(Decimal('0.01'))


def day(moment: datetime) -> date:
    """In Paris."""
    return (moment.astimezone(PARIS) if moment.tzinfo else moment).date()


def with_pdf(service: Any) -> int:
    """The number of an invoice that has one."""
    return int(next(i.numInvoice for i in read(service) if i.pdfName and i.amountInvoice > 0))


@dataclass(frozen=True)
class Outcome:
    """What came back, and how it ended: `refused`, `unanswered`, `reset`, `closed`, `late` or `too_big`."""

    data: bytes
    end: str

    @property
    def status(self) -> int:
        return int(self.data[9:12])

    @property
    def head(self) -> bytes:
        return self.data.partition(b'\r\n\r\n')[0]

    @property
    def body(self) -> bytes:
        return self.data.partition(b'\r\n\r\n')[2]


def request(operation: str, **fields: str) -> bytes:
    inside = ''.join(f'<{name}>{value}</{name}>' for name, value in fields.items())
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<i:{operation} xmlns:i="invoice.ws.maelis.sigec.com">{inside}</i:{operation}>'
        '</s:Body></s:Envelope>'
    ).encode()


REQUESTS = {
    'readRegieList': request('readRegieList'),
    'readInvoices': request('readInvoices', numDossier=FAMILY, codeRegie=REGIE),
    'getInvoicePDF': request('getInvoicePDF', codeRegie=REGIE, numInvoice=NUMBER),
    'payInvoices': request(
        'payInvoices',
        numDossier=FAMILY,
        codeRegie=REGIE,
        amount='1.50',
        datePaiement='2026-03-01T12:00:00Z',
        refTransaction='T1',
        numInvoices=NUMBER,
    ),
}


def exchange(
    simulator: Simulator, operation: str, *, deadline: float = 0.7, limit: int = 20_000_000
) -> Outcome:
    """One request on a connection of its own, with a total deadline."""
    body = REQUESTS[operation]
    head = f'{POST}\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}'
    try:
        connection = socket.create_connection(('127.0.0.1', simulator.port), timeout=deadline)
    except ConnectionRefusedError:
        return Outcome(b'', 'refused')
    except TimeoutError:
        return Outcome(b'', 'unanswered')
    with connection:
        connection.sendall(head.encode() + b'\r\n\r\n' + body)
        return _listen(connection, time.monotonic() + deadline, limit)


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def _listen(connection: socket.socket, end: float, limit: int) -> Outcome:
    data = bytearray()
    while len(data) < limit:
        connection.settimeout(max(end - time.monotonic(), 0.001))
        try:
            piece = connection.recv(1_000_000)
        except TimeoutError:
            return Outcome(bytes(data), 'late')
        except ConnectionResetError:
            return Outcome(bytes(data), 'reset')
        if not piece:
            return Outcome(bytes(data), 'closed')
        data += piece
    return Outcome(bytes(data), 'too_big')
