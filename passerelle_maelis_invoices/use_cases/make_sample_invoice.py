"""An invented invoice on a régie's paper, to see what its settings make of it."""

from datetime import date
from decimal import Decimal

from ..documents.write import invoice_bytes
from ..domain.invoice import ShownInvoice
from ..models import Regie
from .compose_invoice import compose_invoice
from .letterhead import letterhead

SHOWN = ShownInvoice(
    number='2026000030',
    family_id='1312',
    label='Restauration et accueil périscolaire',
    invoice_date=date(2026, 2, 1),
    due_date=date(2026, 3, 15),
    total=Decimal('1284.50'),
    remaining=Decimal('1034.50'),
    has_pdf=False,
    payment_date=None,
    payment_pending=False,
    not_payable=None,
)
BEAN = {
    'payer': {'civility': 'Mme', 'firstname': 'Zoë', 'lastname': 'Exemple'},
    'lineInvoiceList': [
        {
            'libelleLine': 'Restauration scolaire',
            'name': 'Noé',
            'dateStart': '2026-01-01',
            'dateEnd': '2026-01-31',
            'quantity': '17',
            'unitPrice': '3.5',
            'amountLine': '59.50',
        },
        {'libelleLine': 'Séjour de vacances', 'quantity': '1', 'unitPrice': '1225', 'amountLine': '1225.00'},
    ],
}


def make_sample_invoice(*, regie: Regie) -> bytes:
    """A PDF; raises MisconfiguredConnector where the libraries of documents are not installed."""
    return invoice_bytes(compose_invoice(SHOWN, BEAN, letterhead(regie)))
