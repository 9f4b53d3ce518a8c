"""One of each document and list, with what breaks careless writers: accents, markup, formulas, cents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from passerelle_maelis_invoices.documents.document import (
    CreditNoteDocument,
    InvoiceDocument,
    Line,
    Payer,
    PaymentReceived,
    Receipt,
    Sender,
)
from passerelle_maelis_invoices.documents.rows import (
    CreditNoteRow,
    DiscrepancyRow,
    InvoiceRow,
    LedgerRow,
    PaymentRow,
    Row,
)
from passerelle_maelis_invoices.documents.tables import TABLES, Listing
from passerelle_maelis_invoices.domain.export import ExportKind

MOMENT = datetime(2026, 2, 28, 23, 30, 5, tzinfo=UTC)
DAY = date(2026, 3, 1)
SENDER = Sender(
    'Ville de Toulouse',
    'Régie Cantine & périscolaire',
    '007',
    ('1 place du Capitole', '31000 Toulouse'),
    siret='21310555400017',
    footer='Ville de Toulouse, régie de recettes « Éducation »',
)
PAYER = Payer('Mme Zoë Lefèvre-Ștefănescu', '1312')
INVOICE = InvoiceDocument(
    '2026000030',
    '1312-2026000030',
    date(2026, 2, 1),
    date(2026, 3, 15),
    'Cantine <février> & garderie',
    SENDER,
    PAYER,
    (
        Line(
            'Restauration scolaire', Decimal('1234.50'), Decimal('20'), Decimal('61.725'), 'Noé, en février'
        ),
        Line('Remise « fratrie »', Decimal('-12.00')),
    ),
    total=Decimal('1222.50'),
    paid=Decimal('200.00'),
    notes=('Payez en ligne avec la référence 1312-2026000030.',),
)
CREDIT_NOTE = CreditNoteDocument(
    'AV-007-2026-00012',
    DAY,
    SENDER,
    PAYER,
    Decimal('42.00'),
    'Deux paiements pour la même facture',
    '30',
    date(2026, 2, 1),
    'f3a9c0de',
    ('Le remboursement sera fait par virement.',),
)
RECEIPT = Receipt(
    '007-30',
    DAY,
    SENDER,
    PAYER,
    '30',
    'Cantine et périscolaire',
    (
        PaymentReceived(MOMENT, 'f3a9c0de7be1d24c', Decimal('1042.50'), 'BK-77'),
        PaymentReceived(MOMENT, 'f3a9c0de7be1d24d', Decimal('0.01')),
    ),
    remaining=Decimal('10.00'),
    notes=('La régie atteste avoir reçu la somme ci-dessus.',),
)

ROWS: dict[ExportKind, list[Row]] = {
    ExportKind.INVOICES: [
        InvoiceRow(
            '007',
            '30',
            '1312',
            'Mme Zoë Lefèvre',
            'Cantine <février> & garderie',
            date(2026, 2, 1),
            None,
            Decimal('1222.50'),
            Decimal('200.00'),
            Decimal('1022.50'),
            None,
        )
    ],
    ExportKind.CREDIT_NOTES: [
        CreditNoteRow(
            '007',
            'AV-007-2026-00012',
            DAY,
            '1312',
            '30',
            'f3a9c0de',
            Decimal('42.00'),
            'Payée deux fois',
            'done',
            date(2026, 3, 9),
            'VIR 12',
        )
    ],
    ExportKind.PAYMENTS: [
        PaymentRow(
            1,
            '007',
            'f3a9c0de7be1d24c',
            '1312',
            '30',
            MOMENT,
            MOMENT,
            Decimal('1042.50'),
            Decimal('0.00'),
            'confirmed',
            '',
            MOMENT,
            MOMENT,
            '=HYPERLINK("http://x")',
            'É;"77"',
        ),
        PaymentRow(
            2,
            '007',
            '@SUM(A1)',
            '',
            '\t+1',
            MOMENT,
            MOMENT,
            None,
            None,
            'recorded',
            'amount-unreadable',
            None,
            None,
            '-1+1',
            'a\x0bb',
        ),
        PaymentRow(
            3,
            '007',
            'T3',
            '7',
            '31',
            MOMENT,
            MOMENT,
            Decimal('0.01'),
            None,
            'sending',
            '',
            None,
            None,
            '',
            '',
        ),
    ],
    ExportKind.LEDGER: [
        LedgerRow(
            '007',
            2026,
            1,
            DAY,
            'payment',
            'online',
            'f3a9',
            Decimal('42.00'),
            'payment/12',
            MOMENT,
            '0' * 64,
            'a' * 64,
        ),
        LedgerRow(
            '007',
            2026,
            2,
            DAY,
            'reversal',
            'online',
            'f3a9',
            Decimal('-42.00'),
            'payment/12',
            MOMENT,
            'a' * 64,
            'b' * 64,
        ),
    ],
    ExportKind.RECONCILIATION: [
        DiscrepancyRow(
            1,
            'lost',
            '1312',
            '30',
            'f3a9',
            DAY,
            Decimal('42.00'),
            Decimal('0.00'),
            Decimal('-42.00'),
            'Vérifier dans Maelis : le saisir s’il n’y est pas.',
        ),
        DiscrepancyRow(
            2, 'bank-only', '', '', 'B1', None, None, Decimal('7.00'), Decimal('7.00'), 'Importer.'
        ),
    ],
}


def a_listing(kind: ExportKind, **values: Any) -> Listing:
    defaults: dict[str, Any] = {
        'first_day': date(2026, 1, 1),
        'last_day': date(2026, 3, 31),
        'words': {'state': {'confirmed': 'visible dans Maelis'}, 'refund': {'done': 'fait'}},
    }
    return Listing(
        TABLES[kind],
        'toulouse',
        '007',
        'Cantine & périscolaire',
        MOMENT,
        **{**defaults, **values},
    )
