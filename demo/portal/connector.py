"""The connector as a portal sees it: régies, invoices, a PDF, a payment notification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests

from demo.portal.invoice import Invoice, read_invoice
from demo.portal.reading import moment
from demo.portal.wire import SignedWire

FRESH = timedelta(minutes=1)
NOBODY = {'NameID': '', 'email': ''}


class ConnectorTroubleError(Exception):
    """The connector did not give what was asked; the message is French and made for the page."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Regie:
    id: str
    label: str


@dataclass(frozen=True)
class InvoiceList:
    """One régie's answer; `source` is 'maelis' or 'local' and `as_of` the moment Maelis was last read."""

    invoices: tuple[Invoice, ...]
    source: str
    as_of: datetime | None

    @property
    def is_old(self) -> bool:
        return self.as_of is None or datetime.now(UTC) - self.as_of > FRESH


class Connector:
    """Reads of one citizen (by NameID), and payment notifications, which carry no user."""

    def __init__(self, wire: SignedWire) -> None:
        self.wire = wire

    def regies(self) -> list[Regie]:
        rows = _envelope(_attempt(lambda: self.wire.get('regies/')))['data']
        return [Regie(str(row['id']), str(row['text'])) for row in rows]

    def active_invoices(self, regie: str, name_id: str) -> InvoiceList:
        return self._invoices(regie, 'invoices/', name_id)

    def paid_invoices(self, regie: str, name_id: str) -> InvoiceList:
        return self._invoices(regie, 'invoices/history/', name_id)

    def invoice(self, regie: str, invoice_id: str, name_id: str) -> Invoice:
        tail = _invoice_tail(regie, invoice_id)
        answer = _attempt(lambda: self.wire.get(tail, {'NameID': name_id}))
        return read_invoice(regie, _envelope(answer)['data'])

    def pdf(self, regie: str, invoice_id: str, name_id: str) -> bytes:
        tail = f'{_invoice_tail(regie, invoice_id)}pdf/'
        answer = _attempt(lambda: self.wire.get(tail, {'NameID': name_id}))
        if answer.ok and answer.content.startswith(b'%PDF-'):
            return answer.content
        _envelope(answer)
        raise ConnectorTroubleError('La réponse reçue n’est pas un document PDF.', answer.status_code)

    def notify_payment(self, regie: str, invoice_id: str, body: Mapping[str, Any]) -> requests.Response:
        """Lingo's callback. Whatever the status, the answer is returned: Lingo only looks at the status."""
        tail = f'{_invoice_tail(regie, invoice_id)}pay/'
        return _attempt(lambda: self.wire.post(tail, NOBODY, body))

    def link_family(self, name_id: str, family_id: str) -> None:
        body = {'NameID': name_id, 'family_id': family_id}
        _envelope(_attempt(lambda: self.wire.post('link/', {}, body)))

    def _invoices(self, regie: str, list_name: str, name_id: str) -> InvoiceList:
        tail = f'regie/{quote(regie, safe="")}/{list_name}'
        answer = _envelope(_attempt(lambda: self.wire.get(tail, {'NameID': name_id})))
        meta = answer.get('meta') or {}
        invoices = tuple(read_invoice(regie, row) for row in answer['data'])
        return InvoiceList(invoices, str(meta.get('source', '')), moment(meta.get('as_of')))


def _invoice_tail(regie: str, invoice_id: str) -> str:
    return f'regie/{quote(regie, safe="")}/invoice/{quote(invoice_id, safe="")}/'


def _attempt(call: Callable[[], requests.Response]) -> requests.Response:
    try:
        return call()
    except requests.Timeout as error:
        raise ConnectorTroubleError('Le connecteur n’a pas répondu à temps.') from error
    except requests.RequestException as error:
        raise ConnectorTroubleError('Le connecteur est injoignable.') from error


def _envelope(response: requests.Response) -> dict[str, Any]:
    """The answer's JSON once it says success; whatever else is told with the connector's own words."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ConnectorTroubleError('Le connecteur a répondu autre chose que du JSON.', response.status_code)
    if answer.get('err') != 0 or not response.ok:
        raise ConnectorTroubleError(_reason(answer, response.status_code), response.status_code)
    return answer


def _reason(answer: Mapping[str, Any], status: int) -> str:
    words = {403: 'Le connecteur refuse l’accès au portail.', 404: 'Facture ou régie inconnue.'}
    return words.get(status) or str(answer.get('err_desc') or f'Le connecteur a répondu une erreur {status}.')
