"""How InvoiceService.wsdl says things: repeated elements, decimals with two places, dates without a zone."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from demo.simulator.invoice import Invoice, Line, Payer, Regie
from demo.simulator.node import Node
from demo.simulator.words import REGIE_LABELS


def regies(found: Sequence[Regie]) -> tuple[Node, ...]:
    return tuple(
        Node('regieList', (Node('code', regie.code), Node('libelle', regie.label))) for regie in found
    )


def invoices(found: Sequence[Invoice]) -> tuple[Node, ...]:
    return tuple(Node('invoiceList', _invoice(invoice)) for invoice in found)


def pdf(base64: str) -> tuple[Node, ...]:
    return (Node('pdf', base64),)


def word(text: str) -> tuple[Node, ...]:
    return (Node('result', text),)


def _invoice(invoice: Invoice) -> tuple[Node, ...]:
    return (
        Node('numFamily', invoice.family),
        Node('name', invoice.name),
        Node('codRegie', invoice.regie),
        Node('libRegie', REGIE_LABELS.get(invoice.regie, '')),
        Node('dateInvoice', _date(invoice.issued)),
        Node('dateDeadline', _date(invoice.deadline)),
        Node('libelleTTF', invoice.label),
        Node('numInvoice', invoice.number),
        Node('idInvoice', f'{invoice.regie}-{invoice.number}'),
        Node('amountInvoice', _amount(invoice.amount)),
        Node('amountPaid', _amount(invoice.paid) if invoice.paid else None),
        Node('amountPaidTG', _amount(invoice.treasury)),
        Node('payer', _payer(invoice.payer)),
        *(Node('lineInvoiceList', _line(line)) for line in invoice.lines),
        Node('pdfName', invoice.pdf_name),
    )


def _payer(payer: Payer) -> tuple[Node, ...]:
    return (
        Node('num', payer.number),
        Node('civility', payer.civility),
        Node('lastname', payer.lastname),
        Node('firstname', payer.firstname),
    )


def _line(line: Line) -> tuple[Node, ...]:
    return (
        Node('numLine', str(line.number)),
        Node('numPers', line.person),
        Node('name', line.name),
        Node('idActivity', line.activity),
        Node('libelleLine', line.label),
        Node('dateStart', _date(line.start)),
        Node('dateEnd', _date(line.end)),
        Node('quantity', _amount(line.quantity)),
        Node('unitPrice', _amount(line.unit_price)),
        Node('amountLine', _amount(line.amount)),
    )


def _date(day: date) -> str:
    return f'{day.isoformat()}T00:00:00'


def _amount(amount: Decimal) -> str:
    return f'{amount:.2f}'
