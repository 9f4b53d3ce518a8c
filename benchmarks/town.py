"""The rows that the benchmarks read: one family, its twenty invoices of ten lines, one portal."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from benchmarks import canned_answers
from passerelle_maelis_invoices.models import ApiClient, Connector, FamilyLink, Invoice, InvoiceList, Regie

SLUG = 'toulouse'
FAMILY, REGIE = canned_answers.FAMILY, canned_answers.REGIE
NAME_ID = 'b663530a0c0446a796782b9ea2d38c0c'
ORIG, KEY = 'portal.example.org', 'bench-3f9c0a7be1d24c58'
PORTAL: dict[str, Any] = {'orig': ORIG, 'keys': [KEY]}
READ_AT = datetime(2026, 4, 1, 6, tzinfo=UTC)
#: Of a régie that nobody is shown: it holds an answer that is ready to be sent.
READY = 'ready'


def build(wsdl_url: str, service_url: str = '') -> Regie:
    """One connector whose copy is fresh for ever."""
    regie = a_regie(SLUG, wsdl_url=wsdl_url, service_url=service_url, fresh_for=2**31 - 1)
    InvoiceList.objects.create(regie=regie, family_id=FAMILY, read_at=READ_AT)
    Invoice.objects.bulk_create(invoice(regie, number) for number in range(1, canned_answers.COUNT + 1))
    return regie


def a_regie(slug: str, code: str = REGIE, **columns: Any) -> Regie:
    """Of a connector of its own, which the portal may reach and to which the user is linked."""
    connector = Connector.objects.create(slug=slug, title=slug, **columns)
    regie = Regie.objects.create(connector=connector, code=code, label='Restauration scolaire')
    portal, _ = ApiClient.objects.get_or_create(name='portal', defaults=dict(PORTAL))
    portal.connectors.add(connector)
    FamilyLink.objects.create(connector=connector, name_id=NAME_ID, family_id=FAMILY)
    return regie


def invoice(regie: Regie, number: int, family: str = FAMILY) -> Invoice:
    return Invoice(
        regie=regie,
        number=str(number),
        family_id=family,
        label='Cantine et périscolaire',
        invoice_date=date(2026, 1, 1) + timedelta(days=number % 365),
        due_date=date(2099, 12, 31),
        total=Decimal('42.00'),
        paid=Decimal('0.00'),
        paid_at_treasury=Decimal('0.00'),
        has_pdf=True,
        bean=bean(number),
        bean_hash=str(number),
        changed_at=READ_AT,
    )


def keep_ready_body(regie: Regie, body: str) -> None:
    ready = Regie.objects.create(connector=regie.connector, code=READY, label=READY, active=False)
    row = invoice(ready, 0)
    row.label = body
    row.save()


def bean(number: int) -> dict[str, Any]:
    """As large as a real one: three kilobytes."""
    line = {
        'numPers': '10012',
        'name': 'Noël Łukasiewicz',
        'idActivity': 'ACT180',
        'libelleLine': 'Restauration scolaire, repas servis',
        'dateStart': '2026-01-01',
        'dateEnd': '2026-01-31',
        'quantity': '12.00',
        'unitPrice': '3.50',
        'amountLine': '42.00',
    }
    lines = [{'numLine': str(rank), **line} for rank in range(1, canned_answers.LINES + 1)]
    return {'numInvoice': str(number), 'numFamily': FAMILY, 'lineInvoiceList': lines}
