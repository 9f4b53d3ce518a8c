"""The control URL: on a port of its own, so that it answers when Maelis does not."""

import json
from collections.abc import Callable
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from demo.simulator.books import Refusal
from demo.simulator.changes import change_invoice, invoice_to_json
from demo.simulator.faults import FAULTS
from demo.simulator.maelis import Maelis
from demo.simulator.town import CODES
from demo.simulator.wire import Wire

Wishes = dict[str, Any]


class ControlDesk:
    """One method per thing to do; `ValueError`, `TypeError` and `Refusal` mean that it cannot be done."""

    def __init__(self, maelis: Maelis) -> None:
        self.maelis = maelis
        self.routes: dict[tuple[str, str], Callable[..., Any]] = {
            ('GET', '/control'): maelis.state,
            ('GET', '/control/journal'): self.journal,
            ('GET', '/control/invoices'): self.invoices,
            ('GET', '/control/faults'): self.known_faults,
            ('POST', '/control'): self.set,
            ('POST', '/control/down'): self.set,
            ('POST', '/control/reset'): self.reset,
            ('POST', '/control/faults'): self.arm,
            ('POST', '/control/faults/disarm'): self.disarm,
            ('POST', '/control/payments'): self.add_money,
            ('POST', '/control/invoices'): self.put_invoice,
        }

    def journal(self) -> list[Wishes]:
        return [asdict(entry) for entry in tuple(self.maelis.books.journal.entries)]

    def invoices(self, *, family: str, regie: str = '') -> list[Wishes]:
        """What is really in the books, payments that the lag hides included."""
        return [
            invoice_to_json(invoice)
            for code in ([regie] if regie else CODES)
            for invoice in self.maelis.books.invoices(family, code, all_money=True)
        ]

    def known_faults(self) -> list[Wishes]:
        return [{**vars(fault), 'parameters': dict(fault.parameters)} for fault in FAULTS.values()]

    def set(self, **settings: Any) -> Wishes:
        self.maelis.set(**settings)
        return self.maelis.state()

    def reset(self, **what: Any) -> Wishes:
        self.maelis.reset(**what)
        return self.maelis.state()

    def arm(self, **wish: Any) -> Wishes:
        armed = self.maelis.armoury.arm(wish)
        self.maelis.mind_the_door()
        return armed.to_json()

    def disarm(self, *, id: int) -> Wishes:
        self.maelis.armoury.disarm(id)
        self.maelis.mind_the_door()
        return self.maelis.state()

    def add_money(self, **money: Any) -> Wishes:
        self.maelis.add_money(**money)
        found = self.maelis.books.invoice(str(money['regie']), str(money['number']), all_money=True)
        return invoice_to_json(found) if found else {}

    def put_invoice(self, **facts: Any) -> Wishes:
        invoice = change_invoice(self.maelis.books, **facts)
        return invoice_to_json(invoice) if invoice else {}


def control_handler(maelis: Maelis) -> Callable[..., BaseHTTPRequestHandler]:
    """A handler class that controls this Maelis."""

    class ControlHandler(Control):
        pass

    ControlHandler.desk = ControlDesk(maelis)
    return ControlHandler


class Control(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    timeout = 30
    desk: ControlDesk

    def do_GET(self) -> None:
        self._do(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        try:
            wishes = json.loads(body or b'{}')
        except ValueError as error:
            self._send(400, {'error': f'not JSON: {error}'})
            return
        self._do(wishes)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def _do(self, wishes: Wishes) -> None:
        route = self.desk.routes.get((self.command, urlsplit(self.path).path.rstrip('/')))
        if route is None:
            self._send(404, {'error': 'known: ' + ', '.join(' '.join(known) for known in self.desk.routes)})
            return
        try:
            self._send(200, route(**wishes))
        except (ValueError, TypeError, KeyError, ArithmeticError, Refusal) as error:
            self._send(400, {'error': str(error)})

    def _send(self, status: int, answer: object) -> None:
        body = json.dumps(answer, ensure_ascii=False, indent=1).encode()
        Wire(self).send(status, body, 'application/json; charset=utf-8')
