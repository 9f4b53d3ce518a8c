"""A request that a fault has struck, and what the fault may do with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from demo.simulator.armoury import ArmedFault
from demo.simulator.envelope import Request, to_bytes
from demo.simulator.service import Answer, Service
from demo.simulator.wire import Wire


@dataclass(frozen=True)
class Call:
    """`address` is where this simulator listens: the only place that an answer may point to."""

    request: Request
    service: Service
    wire: Wire
    armed: ArmedFault
    address: str

    def __getitem__(self, parameter: str) -> Any:
        return self.armed.parameters[parameter]

    def number(self, parameter: str) -> float:
        return float(self[parameter])

    def work(self) -> None:
        """Does what was asked, if this fault does."""
        if self.armed.commits:
            self.service.answer(self.request)

    def answer(self, *, refuse_duplicates: bool = False) -> Answer:
        """The honest answer. What was asked is done, unless this fault only pretends."""
        if self.armed.commits or self.request.operation != 'payInvoices':
            return self.service.answer(self.request, refuse_duplicates=refuse_duplicates)
        return self.service.peek(self.request)

    def answer_as(self, operation: str = '', **fields: str) -> Answer:
        """What another request would have been answered; nothing is checked nor done."""
        known = {name: (text,) for name, text in fields.items()}
        other = replace(
            self.request,
            operation=operation or self.request.operation,
            fields={**self.request.fields, **known},
        )
        return self.service.peek(other)

    def body(self) -> bytes:
        """The honest answer, in bytes."""
        return to_bytes(self.answer().root)

    def spoil(self, change: Callable[[etree._Element], object]) -> None:
        """Sends the honest answer after a change; a refusal goes out as it is."""
        answer = self.answer()
        if not answer.refused:
            change(answer.root)
        self.wire.send(answer.status, to_bytes(answer.root))

    def send(self, root: etree._Element, status: int = 200) -> None:
        self.wire.send(status, to_bytes(root))
