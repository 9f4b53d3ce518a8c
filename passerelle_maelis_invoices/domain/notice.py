"""A payment notification, as read from the portal."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """``None`` where the portal said nothing, or something that could not be read (see ``oddities``)."""

    transaction_id: str
    amount: Decimal | None = None
    paid_at: datetime | None = None
    order_id: str = ''
    bank_transaction_id: str = ''
    #: The body as it came, kept for ever beside what was understood of it.
    raw: str = ''
    #: Codes of what could not be read: 'unreadable-amount', 'unreadable-date'.
    oddities: tuple[str, ...] = ()
