"""How OtherStyle.wsdl says things: wrappers, doubles, dates with a zone, another order, unannounced elements.

Deadlines are local midnight told in UTC, which is the evening before.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from demo.simulator.calendar import PARIS
from demo.simulator.invoice import Invoice, Line, Payer, Regie
from demo.simulator.node import Node
from demo.simulator.words import REGIE_LABELS


def regies(found: Sequence[Regie]) -> tuple[Node, ...]:
    return _stamp(), Node('regies', tuple(Node('regie', _regie(regie)) for regie in found))


def invoices(found: Sequence[Invoice]) -> tuple[Node, ...]:
    return _stamp(), Node('factures', tuple(Node('facture', _invoice(invoice)) for invoice in found))


def pdf(base64: str) -> tuple[Node, ...]:
    return Node('typeMime', 'application/pdf'), Node('contenu', base64)


def word(text: str) -> tuple[Node, ...]:
    return (Node('statut', text),)


def _stamp() -> Node:
    return Node('horodatage', datetime.now(UTC).isoformat(timespec='seconds'))


def _regie(regie: Regie) -> tuple[Node, ...]:
    return (
        Node('libelle', regie.label),
        Node('comptable', 'Trésorerie & finances'),
        Node('code', regie.code),
    )


def _invoice(invoice: Invoice) -> tuple[Node, ...]:
    return (
        Node('numInvoice', invoice.number),
        Node('canal', 'GUICHET & WEB'),
        Node('amountPaidTG', _double(invoice.treasury)),
        Node('amountPaid', _double(invoice.paid)),
        Node('amountInvoice', _double(invoice.amount)),
        Node('lineInvoiceList', tuple(Node('lineInvoice', _line(line)) for line in invoice.lines)),
        *([Node('pdfName', invoice.pdf_name)] if invoice.has_pdf else []),
        Node('payer', _payer(invoice.payer)),
        Node('dateDeadline', _utc(invoice.deadline)),
        Node('dateInvoice', _midnight(invoice.issued).isoformat()),
        Node('metadonnees', (Node('origine', 'batch-facturation'), Node('version', '7'))),
        Node('libelleTTF', invoice.label),
        Node('libRegie', REGIE_LABELS.get(invoice.regie, '')),
        Node('codRegie', invoice.regie),
        Node('name', invoice.name),
        Node('numFamily', invoice.family),
    )


def _payer(payer: Payer) -> tuple[Node, ...]:
    return (
        Node('firstname', payer.firstname),
        Node('lastname', payer.lastname),
        Node('num', payer.number),
    )


def _line(line: Line) -> tuple[Node, ...]:
    return (
        Node('amountLine', _double(line.amount)),
        Node('unitPrice', _double(line.unit_price)),
        Node('quantity', _double(line.quantity)),
        Node('tva', '0.0'),
        Node('libelleLine', line.label),
        Node('name', line.name),
        Node('dateEnd', _utc(line.end)),
        Node('dateStart', _midnight(line.start).isoformat()),
        Node('numLine', str(line.number)),
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


def _utc(day: date) -> str:
    return _midnight(day).astimezone(UTC).isoformat().replace('+00:00', 'Z')


def _double(amount: Decimal) -> str:
    return repr(float(amount))
