"""Rows and values for tests: name only what the test is about, the rest is a town that makes sense.

Rows with a name of their own (connector, régie, client, link, list) are made once: ask again for the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from passerelle_maelis_invoices.domain.invoice import NOTHING_DUE, ShownInvoice
from passerelle_maelis_invoices.domain.notice import PaymentNotice
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import (
    ApiClient,
    Connector,
    FamilyLink,
    Invoice,
    InvoiceList,
    Payment,
    Regie,
)
from passerelle_maelis_invoices.models.secrets import hash_secret

NAME_ID = 'b663530a0c0446a796782b9ea2d38c0c'
FAMILY = '1312'
KEY = 'pub-3f9c0a7be1d24c58'
#: Nothing listens there: a call of Maelis fails at once.
NOBODY = 'http://127.0.0.1:9/services/InvoiceService?wsdl'


def a_connector(slug: str = 'toulouse', **columns: Any) -> Connector:
    defaults = {'title': f'Factures de {slug}', 'wsdl_url': NOBODY, **columns}
    return Connector.objects.update_or_create(slug=slug, defaults=defaults)[0]


def a_regie(code: str = '102', *, connector: Connector | None = None, **columns: Any) -> Regie:
    """`minimum_amount` and `maximum_amount` are written '12.50'."""
    defaults = {'label': f'Régie {code}', **columns}
    connector = connector or a_connector()
    return Regie.objects.update_or_create(connector=connector, code=code, defaults=defaults)[0]


def an_api_client(
    name: str = 'portal',
    *,
    connectors: Iterable[Connector] | None = None,
    regies: Iterable[Regie] = (),
    api_key: str = '',
    password: str = '',
    **columns: Any,
) -> ApiClient:
    """Signs as `portal.example.org` with `KEY` unless told otherwise; reaches the whole connector."""
    defaults = {
        'orig': f'{name}.example.org',
        'keys': [KEY],
        'api_key_hash': api_key and hash_secret(api_key),
        'password_hash': password and hash_secret(password),
        **columns,
    }
    client, _ = ApiClient.objects.update_or_create(name=name, defaults=defaults)
    client.connectors.set([a_connector()] if connectors is None else connectors)
    client.regies.set(regies)
    return client


def a_link(name_id: str = NAME_ID, family: str = FAMILY, *, connector: Connector | None = None) -> FamilyLink:
    connector = connector or a_connector()
    return FamilyLink.objects.get_or_create(connector=connector, name_id=name_id, family_id=family)[0]


def a_list_read(
    family: str = FAMILY, *, regie: Regie | None = None, read_at: datetime | None = None
) -> InvoiceList:
    """The family's list was read from Maelis, just now unless told otherwise: the local copy answers."""
    defaults = {'read_at': read_at or timezone.now()}
    regie = regie or a_regie()
    return InvoiceList.objects.update_or_create(regie=regie, family_id=family, defaults=defaults)[0]


def an_invoice(
    number: str = '30',
    *,
    regie: Regie | None = None,
    family: str = FAMILY,
    date: str = '2026-02-01',
    due: str | None = '2099-12-31',
    total: str = '42.00',
    paid: str = '0.00',
    at_treasury: str = '0.00',
    label: str = 'Cantine et périscolaire',
    has_pdf: bool = True,
    **columns: Any,
) -> Invoice:
    """A stored invoice as Maelis states it, and a list just read, so that Maelis is not asked again."""
    regie = regie or a_regie()
    a_list_read(family, regie=regie)
    invoice: Invoice = Invoice.objects.create(
        regie=regie,
        number=number,
        family_id=family,
        label=label,
        invoice_date=_day(date),
        due_date=_day(due),
        total=Decimal(total),
        paid=Decimal(paid),
        paid_at_treasury=Decimal(at_treasury),
        has_pdf=has_pdf,
        changed_at=timezone.now(),
        **{'bean': {'numInvoice': number, 'numFamily': family}, 'bean_hash': '', **columns},
    )
    return invoice


def a_payment(
    transaction: str = 'T1',
    *,
    of: Invoice | None = None,
    amount: str | None = '42.00',
    state: State = State.RECORDED,
    **columns: Any,
) -> Payment:
    """A payment of an invoice that we hold, whole unless told otherwise, without its journal."""
    invoice, now = of or an_invoice(), timezone.now()
    value = None if amount is None else Decimal(amount)
    defaults = {'allotted': value, 'paid_at': now, 'received_at': now, 'next_attempt_at': now}
    payment: Payment = Payment.objects.create(
        regie=invoice.regie,
        transaction_id=transaction,
        family_id=invoice.family_id,
        invoice_number=invoice.number,
        amount=value,
        state=state,
        **{**defaults, **columns},
    )
    return payment


def a_notice(transaction: str = 'T1', amount: str | None = None, **values: Any) -> PaymentNotice:
    """What the portal tells of a payment; `amount` absent: what is left to pay."""
    return PaymentNotice(transaction, amount if amount is None else Decimal(amount), **values)


def a_shown_invoice(
    number: str = '30',
    *,
    total: str = '42.00',
    remaining: str = '42.00',
    due: str | None = '2099-12-31',
    **values: Any,
) -> ShownInvoice:
    """An invoice as readers see it; payable when something remains, unless told otherwise."""
    defaults: dict[str, Any] = {
        'number': number,
        'family_id': FAMILY,
        'label': 'Cantine et périscolaire',
        'invoice_date': date(2026, 2, 1),
        'due_date': _day(due),
        'total': Decimal(total),
        'remaining': Decimal(remaining),
        'has_pdf': True,
        'payment_date': None,
        'payment_pending': False,
        'not_payable': None if Decimal(remaining) > 0 else NOTHING_DUE,
    }
    return ShownInvoice(**{**defaults, **values})


def _day(text: str | None) -> Any:
    return text and date.fromisoformat(text)
