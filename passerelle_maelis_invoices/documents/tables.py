"""The columns of each list, the same in every format: names for machines, titles for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from ..domain.export import ExportKind

Words = Mapping[str, Mapping[str, str]]


class Form(Enum):
    TEXT = 'text'
    COUNT = 'count'
    AMOUNT = 'amount'
    DAY = 'day'
    MOMENT = 'moment'


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    title: str
    form: Form = Form.TEXT
    #: Share of the width of a printed page; 0 leaves it out there.
    width: int = 0
    #: Goes on over several lines there, instead of being cut.
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``name`` and ``row`` are the elements of JSON and XML; the column ``total`` is added up."""

    name: str
    row: str
    title: str
    columns: tuple[Column, ...]
    total: str = 'amount'


@dataclass(frozen=True, slots=True)
class Listing:
    """One list to write: what it is about, beside its rows."""

    table: Table
    connector: str
    regie_code: str
    regie_label: str
    made_at: datetime
    first_day: date | None = None
    last_day: date | None = None
    family_id: str = ''
    #: What codes are called, by column: for people only, machines get the codes.
    words: Words = field(default_factory=dict)

    def in_words(self, column: Column, code: str) -> str:
        return self.words.get(column.name, {}).get(code, code)


def _day(name: str, title: str, width: int = 0) -> Column:
    return Column(name, title, Form.DAY, width)


def _moment(name: str, title: str, width: int = 0) -> Column:
    return Column(name, title, Form.MOMENT, width)


def _amount(name: str, title: str, width: int = 0) -> Column:
    return Column(name, title, Form.AMOUNT, width)


REGIE = Column('regie', 'Régie')
FAMILY = Column('family_id', 'Dossier', width=9)
INVOICE_NUMBER = Column('invoice_number', 'Facture', width=10)
TRANSACTION = Column('transaction_id', 'Transaction', width=30)

TABLES = {
    ExportKind.INVOICES: Table(
        'invoices',
        'invoice',
        'Factures',
        (
            REGIE,
            Column('number', 'Facture', width=10),
            FAMILY,
            Column('payer', 'Payeur', width=20),
            Column('label', 'Libellé', width=28, wraps=True),
            _day('invoice_date', 'Date', 10),
            _day('due_date', 'Échéance', 10),
            _amount('total', 'Montant', 12),
            _amount('paid', 'Payé', 12),
            _amount('remaining', 'Reste à payer', 12),
            _day('payment_date', 'Dernier règlement'),
        ),
        total='total',
    ),
    ExportKind.CREDIT_NOTES: Table(
        'credit_notes',
        'credit_note',
        'Avoirs',
        (
            REGIE,
            Column('number', 'Avoir', width=18),
            _day('day', 'Date', 10),
            FAMILY,
            INVOICE_NUMBER,
            TRANSACTION,
            _amount('amount', 'Montant', 12),
            Column('reason', 'Motif', width=26, wraps=True),
            Column('refund', 'Remboursement', width=13),
            _day('refunded_on', 'Remboursé le', 12),
            Column('refund_reference', 'Référence du remboursement'),
        ),
    ),
    ExportKind.PAYMENTS: Table(
        'payments',
        'payment',
        'Règlements',
        (
            Column('id', 'N°', Form.COUNT),
            REGIE,
            TRANSACTION,
            FAMILY,
            INVOICE_NUMBER,
            _moment('paid_at', 'Payé le', 15),
            _moment('received_at', 'Reçu le'),
            _amount('amount', 'Montant', 12),
            _amount('surplus', 'Dont trop-perçu', 13),
            Column('state', 'État', width=15),
            Column('attention', 'À traiter', width=19),
            _moment('sent_at', 'Envoyé à Maelis le'),
            _moment('confirmed_at', 'Vu dans Maelis le'),
            Column('order_id', 'Commande'),
            Column('bank_transaction_id', 'Référence bancaire'),
        ),
    ),
    ExportKind.LEDGER: Table(
        'ledger',
        'entry',
        'Livre de recettes',
        (
            REGIE,
            Column('year', 'Exercice', Form.COUNT, 8),
            Column('n', 'N°', Form.COUNT, 7),
            _day('day', 'Jour', 10),
            Column('kind', 'Nature', width=20),
            Column('means', 'Moyen', width=9),
            Column('reference', 'Transaction', width=28),
            _amount('amount', 'Montant', 12),
            Column('source', 'Pièce', width=20),
            _moment('written_at', 'Écrite le', 15),
            Column('previous_hash', 'Empreinte précédente'),
            Column('hash', 'Empreinte'),
        ),
    ),
    ExportKind.RECONCILIATION: Table(
        'reconciliation',
        'discrepancy',
        'Rapprochement',
        (
            Column('n', 'N°', Form.COUNT, 5),
            Column('kind', 'Nature', width=17, wraps=True),
            FAMILY,
            INVOICE_NUMBER,
            Column('reference', 'Transaction', width=27),
            _day('day', 'Jour', 11),
            _amount('expected', 'Attendu', 12),
            _amount('shown', 'Montré', 12),
            _amount('amount', 'Écart', 12),
            Column('action', 'Que faire', width=40, wraps=True),
        ),
    ),
}
