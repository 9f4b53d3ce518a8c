"""One line for each exchange, and, at debug level, the outline of the documents: never what they say."""

import logging
import re
from collections.abc import Iterator
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


@contextmanager
def exchange_log(operation: str) -> Iterator[Exchange]:
    """Sizes are in bytes. The outcome is 'done', or the ``err_class`` of what is raised."""
    exchange, start, outcome = Exchange(operation), monotonic(), 'done'
    try:
        yield exchange
    except ConnectorError as error:
        outcome = f'{error.err_class} ({error.detail})' if error.detail else error.err_class
        raise
    finally:
        spent = round((monotonic() - start) * 1000)
        logger.info('%s %s %d ms, %d > %d bytes', operation, outcome, spent, exchange.sent, exchange.received)


def outline(document: bytes) -> str:
    """The names of the elements, without any text or attribute.

    >>> outline(b'<a x="1"><b>secret</b></a>')
    '<a<b</b</a'
    """
    return b''.join(_TAG.findall(_HIDDEN.sub(b'', document)))[:OUTLINE].decode('ascii', 'replace')


def _log_outline(operation: str, which: str, document: bytes) -> None:
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug('%s %s: %s', operation, which, outline(document[: 20 * OUTLINE]))
