"""What is in an export: the rows of the régie, the days and the family asked for, to the cent."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import timezone
from facturx import xml_check_xsd
from pypdf import PdfReader

from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind, formats_of
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import (
    CreditNote,
    Discrepancy,
    DocumentSettings,
    LedgerEntry,
    Payment,
    Reconciliation,
    RefundStep,
    Regie,
)
from passerelle_maelis_invoices.use_cases.export_scope import Scope
from tests.builders import a_payment, a_regie, an_invoice
from tests.exports.conftest import Write

pytestmark = pytest.mark.django_db

BEAN = {
    'numInvoice': '30',
    'numFamily': '1312',
    'name': 'LEFEVRE',
    'payer': {'num': '9', 'civility': 'Mme', 'lastname': 'Lefèvre', 'firstname': 'Zoë'},
    'lineInvoiceList': [
        {
            'libelleLine': 'Restauration',
            'name': 'Noé',
            'dateStart': '2026-01-01',
            'dateEnd': '2026-01-31',
            'quantity': '12',
            'unitPrice': '3.50',
            'amountLine': '42.00',
        },
        {'libelleLine': 'Sans montant', 'amountLine': None},
    ],
}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode('utf-8-sig'), newline=''), delimiter=';'))


def items_of(content: bytes, name: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(content)[name]
    return items


@pytest.fixture
def reconciliation(regie: Regie) -> Reconciliation:
    now, day = timezone.now(), date(2026, 3, 1)
    made = Reconciliation.objects.create(
        regie=regie, first_day=day, last_day=day, started_at=now, actor='rg', finished_at=now
    )
    Discrepancy.objects.create(
        reconciliation=made, n=1, kind='lost', family_id='1312', invoice_number='30', amount=Decimal('-42')
    )
    return made


def a_credit_note(payment: Payment, n: int = 1) -> CreditNote:
    note: CreditNote = CreditNote.objects.create(
        regie=payment.regie,
        year=2026,
        n=n,
        payment=payment,
        amount=Decimal('42.00'),
        issued_at=timezone.now(),
        actor='rg',
        reason='Payée deux fois',
    )
    RefundStep.objects.create(credit_note=note, n=1, progress='to-do', at=timezone.now(), actor='rg')
    return note


@pytest.mark.parametrize('kind', list(ExportKind))
@pytest.mark.parametrize('empty', [True, False])
def test_every_kind_is_written_in_every_format(
    write: Write, regie: Regie, reconciliation: Reconciliation, kind: ExportKind, empty: bool
) -> None:
    if not empty:
        a_credit_note(a_payment(of=an_invoice(regie=regie, bean=BEAN)))
    for form in formats_of(kind):
        assert write(kind, form, reconciliation=reconciliation)


def test_p4_another_regies_rows_are_never_there(write: Write, regie: Regie) -> None:
    other = a_regie('SEN')
    a_credit_note(a_payment('SECRET', of=an_invoice('31', regie=other, label='SECRET')))
    for kind in (ExportKind.INVOICES, ExportKind.CREDIT_NOTES, ExportKind.PAYMENTS, ExportKind.LEDGER):
        assert b'SECRET' not in write(kind, ExportFormat.JSON)
        assert json.loads(write(kind, ExportFormat.JSON))['count'] == 0


def test_one_family_alone(write: Write, regie: Regie) -> None:
    for n, family in enumerate(('1312', '7')):
        a_credit_note(a_payment(f'T{n}', of=an_invoice(str(n), regie=regie, family=family)), n)
    for kind, name in (
        (ExportKind.INVOICES, 'invoices'),
        (ExportKind.CREDIT_NOTES, 'credit_notes'),
        (ExportKind.PAYMENTS, 'payments'),
    ):
        [item] = items_of(write(kind, ExportFormat.JSON, family_id='7'), name)
        assert item['family_id'] == '7'


def test_a_day_of_payments_is_a_day_in_paris(write: Write, regie: Regie) -> None:
    """Both days are included; midnight in Paris is 22:00 UTC in summer."""
    invoice = an_invoice(regie=regie)
    for hour, name in ((21, 'before'), (22, 'on the day')):
        a_payment(name, of=invoice, received_at=datetime(2026, 6, 30, hour, 30, tzinfo=UTC))
    a_payment('last minute', of=invoice, received_at=datetime(2026, 7, 1, 21, 59, tzinfo=UTC))
    a_payment('next day', of=invoice, received_at=datetime(2026, 7, 1, 22, 0, tzinfo=UTC))
    day = date(2026, 7, 1)
    content = write(ExportKind.PAYMENTS, ExportFormat.CSV, first_day=day, last_day=day)
    assert [row['Transaction'] for row in rows_of(content)] == ['on the day', 'last minute']


def test_days_of_invoices_are_theirs(write: Write, regie: Regie) -> None:
    for number, day in (('1', '2026-01-31'), ('2', '2026-02-01'), ('3', '2026-02-28'), ('4', '2026-03-01')):
        an_invoice(number, regie=regie, date=day)
    content = write(
        ExportKind.INVOICES, ExportFormat.CSV, first_day=date(2026, 2, 1), last_day=date(2026, 2, 28)
    )
    assert [row['Facture'] for row in rows_of(content)] == ['2', '3']


def test_an_invoice_is_exported_as_its_payer_sees_it(write: Write, regie: Regie) -> None:
    """Our payment that Maelis does not show yet counts."""
    invoice = an_invoice(regie=regie, bean=BEAN, total='42.00', paid='0.00')
    a_payment(of=invoice, amount='40.00')
    [item] = items_of(write(ExportKind.INVOICES, ExportFormat.JSON), 'invoices')
    assert (item['paid'], item['remaining'], item['payer']) == ('40.00', '2.00', 'Mme Zoë Lefèvre')


def test_an_invoice_has_its_lines_on_its_document(write: Write, regie: Regie) -> None:
    an_invoice(regie=regie, bean=BEAN)
    [page] = PdfReader(BytesIO(write(ExportKind.INVOICES, ExportFormat.PDF))).pages
    said = page.extract_text()
    for words in ('Mme Zoë Lefèvre', 'Restauration', 'Noé, du 01/01/2026 au 31/01/2026', '3,50', '42,00'):
        assert words in said
    assert 'Sans montant' not in said


def test_an_electronic_invoice_is_valid(write: Write, regie: Regie) -> None:
    an_invoice(regie=regie, bean=BEAN)
    a_credit_note(a_payment(of=an_invoice('31', regie=regie, bean={})))
    for kind, name in (
        (ExportKind.INVOICES, 'facture-30.xml'),
        (ExportKind.CREDIT_NOTES, 'avoir-AV-007-2026'),
    ):
        with ZipFile(BytesIO(write(kind, ExportFormat.XML))) as archive:
            assert archive.namelist()[0].startswith(name)
            assert all(xml_check_xsd(archive.read(member)) for member in archive.namelist())


def test_a_regie_has_its_own_block_and_texts(write: Write, regie: Regie) -> None:
    DocumentSettings.objects.create(
        regie=regie,
        organisation='Ville de Toulouse',
        address='1 place du Capitole\n31000 Toulouse',
        siret='21310555400017',
        invoice_text='Chèque à l’ordre de la régie.\n\nFacture {{ number }}, {{ remaining }} <b>.',
    )
    an_invoice(regie=regie, bean=BEAN)
    said = PdfReader(BytesIO(write(ExportKind.INVOICES, ExportFormat.PDF))).pages[0].extract_text()
    said = said.replace('\N{NO-BREAK SPACE}', ' ')
    for words in ('Ville de Toulouse', '31000 Toulouse', 'SIRET 21310555400017', 'Chèque à l’ordre'):
        assert words in said
    assert 'Facture 30, 42,00 € <b>.' in said
    assert 'sur le portail' not in said


def test_the_ledger_is_brought_up_to_date_first(write: Write, regie: Regie) -> None:
    a_payment(of=an_invoice(regie=regie))
    assert not LedgerEntry.objects.exists()
    [entry] = items_of(write(ExportKind.LEDGER, ExportFormat.JSON), 'ledger')
    assert (entry['n'], entry['amount'], entry['kind']) == (1, '42.00', 'payment')


def test_a_reconciliation_is_the_one_asked_for(
    write: Write, regie: Regie, reconciliation: Reconciliation
) -> None:
    content = write(ExportKind.RECONCILIATION, ExportFormat.CSV, reconciliation=reconciliation)
    [row] = rows_of(content)
    assert (row['Nature'], row['Écart']) == ('perdu', '-42,00')
    assert row['Que faire'].startswith('Vérifier dans Maelis')


@pytest.mark.parametrize('many', [1203])
def test_p8_exports_add_up_to_the_rows(write: Write, regie: Regie, many: int) -> None:
    """More rows than one reading takes; amounts from a cent to ten millions, some unknown."""
    an_invoice(regie=regie)
    now = timezone.now()
    amounts = [Decimal(n * 8317 % 999_999_999 + 1) / 100 for n in range(many)]
    Payment.objects.bulk_create(
        Payment(
            regie=regie,
            transaction_id=f'T{n}',
            family_id='1312',
            invoice_number='30',
            amount=None if n % 100 == 0 else amount,
            state=State.RECORDED,
            paid_at=now,
            received_at=now,
        )
        for n, amount in enumerate(amounts)
    )
    known = sum((amount for n, amount in enumerate(amounts) if n % 100), Decimal(0))
    exported = json.loads(write(ExportKind.PAYMENTS, ExportFormat.JSON))
    assert (exported['count'], Decimal(exported['total'])) == (many, known)
    assert sum(Decimal(item['amount'] or 0) for item in exported['payments']) == known
    rows = rows_of(write(ExportKind.PAYMENTS, ExportFormat.CSV))
    assert sum(Decimal(row['Montant'].replace(',', '.') or 0) for row in rows) == known
    assert [row['Transaction'] for row in rows] == [f'T{n}' for n in range(many)]


@pytest.mark.parametrize('kind', [ExportKind.INVOICES, ExportKind.CREDIT_NOTES])
def test_reading_takes_as_many_statements_whatever_the_rows(
    write: Write, regie: Regie, django_assert_max_num_queries: Any, kind: ExportKind
) -> None:
    for n in range(30):
        a_credit_note(a_payment(f'T{n}', of=an_invoice(str(n), regie=regie)), n)
    with django_assert_max_num_queries(6):
        write(kind, ExportFormat.JSON)


def test_a_scope_is_a_value(regie: Regie) -> None:
    assert Scope(regie, ExportKind.LEDGER, ExportFormat.PDF) == Scope(
        regie, ExportKind.LEDGER, ExportFormat.PDF
    )
