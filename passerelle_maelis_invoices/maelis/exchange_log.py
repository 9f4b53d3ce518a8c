"""One line for each exchange, and, at debug level, the outline of the documents: never what they say."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from ..errors import ConnectorError
from .transport import Answer, Request

logger = logging.getLogger('passerelle_maelis_invoices.maelis')

#: Characters of an outline that are logged.
OUTLINE = 4000

_HIDDEN = re.compile(rb'<!\[CDATA\[.*?(\]\]>|$)|<!--.*?(-->|$)', re.DOTALL)
_TAG = re.compile(rb'</?[A-Za-z_][\w.:-]*')


@dataclass(slots=True)
class Exchange:
    operation: str
    sent: int = 0
    received: int = 0

    def request(self, request: Request) -> None:
        self.sent = len(request.body or b'')
        _log_outline(self.operation, 'request', request.body or b'')

    def answer(self, answer: Answer) -> None:
        self.received = len(answer.body)
        _log_outline(self.operation, 'answer', answer.body)


@dataclass(frozen=True, slots=True)
class ExchangeDone:
    """``outcome``: 'done', or the ``err_class`` of what was raised."""

    connector: str
    operation: str
    outcome: str
    seconds: float


_listeners: list[Callable[[ExchangeDone], None]] = []


def on_exchange(listener: Callable[[ExchangeDone], None]) -> None:
    """``listener`` is told of every exchange from now on, in the thread that made it; it must not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


@contextmanager
def exchange_log(operation: str, connector: str) -> Iterator[Exchange]:
    """Sizes are in bytes."""
    exchange, start, outcome, detail = Exchange(operation), monotonic(), 'done', ''
    try:
        yield exchange
    except ConnectorError as error:
        outcome, detail = error.err_class, error.detail and f' ({error.detail})'
        raise
    except BaseException:
        outcome = 'unforeseen'
        raise
    finally:
        _tell(exchange, ExchangeDone(connector, operation, outcome, monotonic() - start), detail)


def _tell(exchange: Exchange, done: ExchangeDone, detail: str) -> None:
    spent, sizes = round(done.seconds * 1000), (exchange.sent, exchange.received)
    logger.info('%s %s%s %d ms, %d > %d bytes', done.operation, done.outcome, detail, spent, *sizes)
    for listener in _listeners:
        listener(done)


def outline(document: bytes) -> str:
    """The names of the elements, without any text or attribute.

    >>> outline(b'<a x="1"><b>secret</b></a>')
    '<a<b</b</a'
    """
    return b''.join(_TAG.findall(_HIDDEN.sub(b'', document)))[:OUTLINE].decode('ascii', 'replace')


def _log_outline(operation: str, which: str, document: bytes) -> None:
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug('%s %s: %s', operation, which, outline(document[: 20 * OUTLINE]))
