"""A payment made at the pretend bank, and the notification that Lingo would send for it."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from demo.portal.connector import Connector, ConnectorTroubleError
from demo.portal.invoice import Invoice
from demo.portal.reading import amount, moment

ATTEMPTS_KEPT = 6


@dataclass(frozen=True)
class Attempt:
    """One notification sent: `at` is an ISO moment, `status` None when no answer came."""

    at: str
    status: int | None
    milliseconds: int
    message: str

    @property
    def went_well(self) -> bool:
        """Lingo looks at nothing else than the status."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def moment(self) -> datetime | None:
        return moment(self.at)


@dataclass(frozen=True)
class Payment:
    regie: str
    invoice_id: str
    number: str
    label: str
    notification: dict[str, Any]
    attempts: tuple[Attempt, ...] = ()

    @property
    def transaction_id(self) -> uuid.UUID:
        return uuid.UUID(self.notification['transaction_id'])

    @property
    def amount(self) -> Decimal:
        return amount(self.notification['amount'])

    @property
    def is_notified(self) -> bool:
        return any(attempt.went_well for attempt in self.attempts)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def new_payment(invoice: Invoice, paid: Decimal, card: str, transaction_id: uuid.UUID) -> Payment:
    now = f'{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}'
    notification = {
        'transaction_id': str(transaction_id),
        'transaction_date': now,
        'order_id': f'DEMO-{secrets.token_hex(4).upper()}',
        'bank_transaction_id': f'BF{secrets.randbelow(10**10):010d}',
        'bank_transaction_date': now,
        'bank_data': {'bank': 'Banque fictive', 'card': f'**** **** **** {card[-4:]}'},
        'amount': f'{paid:.2f}',
    }
    return Payment(invoice.regie, invoice.id, invoice.number, invoice.label, notification)


def payment_from_json(stored: dict[str, Any]) -> Payment:
    attempts = tuple(Attempt(**attempt) for attempt in stored['attempts'])
    return Payment(**{**stored, 'attempts': attempts})


def notify(connector: Connector, payment: Payment) -> Payment:
    """Sends the notification, the same at each call, and returns the payment with that attempt added."""
    started = time.perf_counter()
    status, message = _send(connector, payment)
    milliseconds = round((time.perf_counter() - started) * 1000)
    attempt = Attempt(datetime.now(UTC).isoformat(timespec='seconds'), status, milliseconds, message)
    return replace(payment, attempts=(*payment.attempts, attempt)[-ATTEMPTS_KEPT:])


def _send(connector: Connector, payment: Payment) -> tuple[int | None, str]:
    try:
        response = connector.notify_payment(payment.regie, payment.invoice_id, payment.notification)
    except ConnectorTroubleError as trouble:
        return trouble.status, trouble.message
    return response.status_code, '' if response.ok else 'Le connecteur n’a pas pu enregistrer le paiement.'
