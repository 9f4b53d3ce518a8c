"""Clients of small servers and of canned answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from passerelle_maelis_invoices.maelis import Deadline, Deployment, MaelisClient
from passerelle_maelis_invoices.maelis.contract import Contract, Operation
from passerelle_maelis_invoices.maelis.wsdl import client_from
from passerelle_maelis_invoices.maelis.wsdl_copy import WsdlCopy

WSDLS = Path(__file__).parents[2] / 'fixtures' / 'wsdl'
STYLES = {'default': 'InvoiceService.wsdl', 'other': 'OtherStyle.wsdl'}
FAMILY, REGIE, NUMBER = '1001', '007', '1'

Call = Callable[[MaelisClient, Deadline], object]

CALLS: dict[str, Call] = {
    'readRegieList': lambda client, deadline: client.read_regies(deadline=deadline),
    'readInvoices': lambda client, deadline: client.read_invoices(
        family_id=FAMILY, regie_code=REGIE, deadline=deadline
    ),
    'getInvoicePDF': lambda client, deadline: client.read_pdf(
        regie_code=REGIE, number=NUMBER, deadline=deadline
    ),
    'payInvoices': lambda client, deadline: pay(client, deadline),
}


def pay(client: MaelisClient, deadline: Deadline, *, reference: str = 'T-1') -> str:
    return client.pay_invoices(
        family_id=FAMILY,
        regie_code=REGIE,
        amount=Decimal('5.40'),
        paid_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        reference=reference,
        numbers=[NUMBER],
        deadline=deadline,
    )


def a_client(service_url: str, *, style: str = 'default', **facts: object) -> MaelisClient:
    """Its WSDL is on disk already, so that only the call itself uses the network."""
    deployment = Deployment(f'http://wsdl.invalid/{style}?wsdl', service_url, **facts)  # type: ignore[arg-type]
    WsdlCopy(deployment.wsdl_url).write({deployment.wsdl_url: wsdl_text(style)})
    return MaelisClient(deployment)


def an_operation(name: str, *, style: str = 'default') -> Operation:
    deployment = Deployment('http://wsdl.invalid/?wsdl', 'http://service.invalid/')
    documents = {deployment.wsdl_url: wsdl_text(style)}
    return Contract(client_from(deployment, documents), deployment.service_url).operation(name)


def wsdl_text(style: str) -> str:
    return (WSDLS / STYLES[style]).read_bytes().decode('latin-1')
