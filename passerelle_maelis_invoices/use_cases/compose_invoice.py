"""An invoice as a document: what Maelis says of it, with our payments laid over."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..documents.document import InvoiceDocument, Line, Payer
from ..documents.french import day_text, euros, period_text
from ..domain.invoice import ShownInvoice
from .letterhead import Letterhead

Bean = Mapping[str, Any]


def compose_invoice(shown: ShownInvoice, bean: Bean, head: Letterhead) -> InvoiceDocument:
    return InvoiceDocument(
        number=shown.number,
        reference=shown.id,
        day=shown.invoice_date,
        due_date=shown.due_date,
        label=shown.label,
        sender=head.sender,
        payer=payer_of(bean, shown.family_id),
        lines=_lines(bean),
        total=shown.total,
        paid=shown.paid,
        notes=head.notes('invoice', _values(shown)),
    )


def payer_of(bean: Bean, family_id: str) -> Payer:
    """The payer of the bean, else the family's name, else its number."""
    payer = bean.get('payer') or {}
    parts = [str(payer.get(name) or '').strip() for name in ('civility', 'firstname', 'lastname')]
    name = ' '.join(part for part in parts if part) or str(bean.get('name') or '').strip()
    return Payer(name or f'Dossier famille n° {family_id}', family_id)


def _values(shown: ShownInvoice) -> dict[str, object]:
    return {
        'number': shown.number,
        'reference': shown.id,
        'family_id': shown.family_id,
        'day': day_text(shown.invoice_date),
        'due_date': day_text(shown.due_date),
        'total': euros(shown.total),
        'paid': euros(shown.paid),
        'remaining': euros(shown.remaining),
        'due': shown.active,
    }


def _lines(bean: Bean) -> tuple[Line, ...]:
    """Those that have an amount."""
    lines = bean.get('lineInvoiceList') or []
    return tuple(_line(line) for line in lines if line.get('amountLine'))


def _line(line: Bean) -> Line:
    period = period_text(_day(line, 'dateStart'), _day(line, 'dateEnd'))
    return Line(
        label=str(line.get('libelleLine') or 'Prestation'),
        amount=Decimal(line['amountLine']),
        quantity=_number(line, 'quantity'),
        unit_price=_number(line, 'unitPrice'),
        detail=', '.join(part for part in (str(line.get('name') or ''), period) if part),
    )


def _day(line: Bean, name: str) -> date | None:
    return date.fromisoformat(line[name]) if line.get(name) else None


def _number(line: Bean, name: str) -> Decimal | None:
    return Decimal(line[name]) if line.get(name) else None
