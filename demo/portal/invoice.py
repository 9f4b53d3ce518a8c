"""An invoice of the connector, as the portal shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from demo.portal.reading import amount, day

REASONS = {
    'past-due-date': 'La date limite de paiement en ligne est dépassée : adressez-vous à la régie.',
    'no-payment-system-configured': 'Cette régie n’encaisse pas en ligne.',
    'amount-to-low': 'Le montant est trop faible pour un paiement en ligne.',
    'amount-to-high': 'Le montant est trop élevé pour un paiement en ligne.',
    'autobilling': 'Cette facture est prélevée automatiquement.',
    'litigation': 'Cette facture est en litige : adressez-vous à la régie.',
}


@dataclass(frozen=True)
class Badge:
    """`tone` is one of 'good', 'calm', 'wait', 'warn'."""

    tone: str
    text: str


@dataclass(frozen=True)
class Invoice:
    """`left` is what remains to be paid; `raw` the connector's own object."""

    regie: str
    id: str
    number: str
    label: str
    left: Decimal
    total: Decimal
    already_paid: Decimal
    created: date | None
    due: date | None
    pay_limit: date | None
    payment_date: date | None
    is_paid: bool
    is_payable: bool
    is_pending: bool
    has_pdf: bool
    reason: str
    raw: Mapping[str, Any]

    @property
    def is_partly_paid(self) -> bool:
        return self.already_paid > 0 and self.left > 0

    @property
    def paid_percent(self) -> int:
        return min(100, max(0, int(self.already_paid * 100 / self.total))) if self.total > 0 else 0

    @property
    def explanation(self) -> str:
        """Why it cannot be paid online, in French; empty when it can or need not be."""
        if self.is_payable or self.is_paid:
            return ''
        return REASONS.get(self.reason, self.reason)

    @property
    def badges(self) -> tuple[Badge, ...]:
        return tuple(badge for badge in (self._state_badge(), self._pending_badge()) if badge)

    def _state_badge(self) -> Badge | None:
        if self.is_paid:
            return Badge('good', 'Payée') if self.total >= 0 else Badge('calm', 'Avoir')
        if self.is_payable:
            return Badge('good', 'Payable en ligne')
        if self.reason == 'past-due-date':
            return Badge('warn', 'Échéance dépassée')
        return Badge('calm', 'Avoir' if self.total < 0 else 'Non payable en ligne')

    def _pending_badge(self) -> Badge | None:
        return Badge('wait', 'Paiement en cours de prise en compte') if self.is_pending else None


def read_invoice(regie: str, row: Mapping[str, Any]) -> Invoice:
    return Invoice(
        regie=regie,
        id=str(row['id']),
        number=str(row.get('display_id') or row['id']),
        label=str(row.get('label') or 'Facture'),
        left=amount(row.get('remaining_amount', row.get('amount'))),
        total=amount(row.get('total_amount')),
        already_paid=amount(row.get('amount_paid')),
        created=day(row.get('created')),
        due=day(row.get('due_date') or row.get('payment_deadline_date')),
        pay_limit=day(row.get('pay_limit_date')),
        payment_date=day(row.get('payment_date')),
        is_paid=bool(row.get('paid')),
        is_payable=bool(row.get('online_payment')),
        is_pending=bool(row.get('payment_pending')),
        has_pdf=bool(row.get('has_pdf')),
        reason=str(row.get('no_online_payment_reason') or ''),
        raw=row,
    )
