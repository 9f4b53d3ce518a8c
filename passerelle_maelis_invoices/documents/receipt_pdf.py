"""Receipts (quittances) as PDF."""

from io import BytesIO
from typing import Any

from ..domain.money import ZERO
from .blocks import foot, heading, notes, parties, ruled_table, totals
from .document import PaymentReceived, Receipt
from .french import day_text, euros, moment_text
from .pages import Story, write_stories
from .typography import RIGHT, SMALL, paragraph


def receipt_pdf(receipt: Receipt) -> bytes:
    out = BytesIO()
    write_stories([_story(receipt)], out, title=f'Quittance {receipt.number}', author=receipt.sender.name)
    return out.getvalue()


def _story(receipt: Receipt) -> Story:
    received = [('Total reçu', euros(receipt.total))]
    if receipt.remaining is not None and receipt.remaining > ZERO:
        received.insert(0, ('Reste à payer sur la facture', euros(receipt.remaining)))
    return Story(
        [
            *parties(receipt.sender, receipt.payer),
            *heading(
                f'Quittance n° {receipt.number}',
                f'Établie le {day_text(receipt.day)}, pour la facture n° {receipt.invoice_number}',
                receipt.invoice_label,
            ),
            *ruled_table(('Règlement reçu', 'Le', 'Montant'), map(_cells, receipt.payments), (58, 25, 17)),
            *totals(received),
            *notes(receipt.notes),
        ],
        foot(receipt.sender),
    )


def _cells(payment: PaymentReceived) -> list[Any]:
    bank = f', référence bancaire {payment.bank_transaction_id}' if payment.bank_transaction_id else ''
    return [
        [
            paragraph('Paiement en ligne'),
            paragraph(f'Transaction {payment.transaction_id}{bank}', SMALL),
        ],
        paragraph(moment_text(payment.paid_at), RIGHT),
        paragraph(euros(payment.amount), RIGHT),
    ]
