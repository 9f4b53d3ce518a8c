"""What surprises in Maelis's answers changes nothing that is to pay, is counted, and alerted once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import passerelle_maelis_invoices
from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.incident import IncidentKind
from passerelle_maelis_invoices.errors import MaelisError, UnusableAnswer
from passerelle_maelis_invoices.maelis import Drift, InvoicesRead
from passerelle_maelis_invoices.models import Alert, Connector, Invoice, InvoiceList, NotedDrift, Regie
from passerelle_maelis_invoices.use_cases import find_drift, note_drift
from passerelle_maelis_invoices.use_cases.check_connector import connector_status
from passerelle_maelis_invoices.use_cases.raise_alerts import raise_alerts
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices
from tests.builders import a_connector, a_regie

FAMILY = '1001'
SCHEMA = Path(passerelle_maelis_invoices.__file__).parent / 'maelis/schemas/invoice_bean.json'
READ = 'readInvoices'


def element_paths(schema: dict[str, Any], path: str = '') -> Iterator[str]:
    for name, field in schema['properties'].items():
        yield path + name
        inner = field.get('items', field)
        if 'properties' in inner:
            yield from element_paths(inner, f'{path}{name}/')


PATHS = list(element_paths(json.loads(SCHEMA.read_text())))
NAMES = sorted({path.rpartition('/')[2] for path in PATHS})
LEAVES = [name for name in NAMES if name not in ('payer', 'lineInvoiceList')]
FAULTS = [
    *(('missing_element', {'element': name}) for name in NAMES),
    *(('renamed_element', {'element': name}) for name in NAMES),
    *(('unknown_element', {'element': name}) for name in ('nouveauChamp', 'amountPaye', 'payee')),
    *(('wrong_type', {'element': name, 'value': ''}) for name in LEAVES),
    *(('wrong_type', {'element': name, 'value': 'Dupont 42,00'}) for name in LEAVES),
]
#: Texts: whatever they hold is a text.
TEXTS = {'name', 'libRegie', 'libelleTTF', 'idInvoice', 'num', 'civility', 'lastname', 'firstname',
         'numLine', 'numPers', 'idActivity', 'libelleLine', 'pdfName'}  # fmt: skip
#: Elements of which an empty one says nothing wrong.
MAY_BE_EMPTY = TEXTS | {'codRegie', 'dateStart', 'dateEnd', 'quantity', 'unitPrice', 'amountLine'}
#: What the WSDL allows to be so, and what only a copy can tell from an answer that lost it.
MAY_RIGHTLY_BE = {
    ('missing_element', 'amountPaidTG', None),
    ('wrong_type', 'amountPaid', ''),
    ('wrong_type', 'amountPaidTG', ''),
    ('wrong_type', 'dateDeadline', ''),
}


@pytest.fixture
def regie(db: None, simulator: Simulator) -> Regie:
    """Régie 007 of the simulated town, where family 1001 has a bit of everything; no copy is fresh."""
    connector = a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0, deadline=5.0, payment_lag=0)
    return a_regie('007', connector=connector)


@pytest.fixture
def connector(db: None) -> Connector:
    return a_connector()


def money_shown(regie: Regie) -> dict[str, tuple[Any, ...]]:
    return {
        invoice.id: (invoice.remaining, invoice.total, invoice.active, invoice.not_payable)
        for invoice in read_invoices(regie=regie, family_ids=[FAMILY]).invoices
    }


@pytest.mark.parametrize(('mode', 'parameters'), FAULTS, ids=lambda value: str(value))
def test_p15_no_change_of_an_element_changes_what_is_to_pay(
    regie: Regie, simulator: Simulator, mode: str, parameters: dict[str, str]
) -> None:
    truth = money_shown(regie)
    with simulator.fault(mode, operation=READ, **parameters):
        assert money_shown(regie) == truth
    if surprising(mode, **parameters):
        assert parameters['element'] in noted_elements()


@pytest.mark.parametrize(('mode', 'parameters'), FAULTS, ids=lambda value: str(value))
def test_p15_a_list_never_read_before_is_right_or_refused(
    regie: Regie, simulator: Simulator, mode: str, parameters: dict[str, str]
) -> None:
    truth = money_shown(regie)
    forget_the_copy()
    with simulator.fault(mode, operation=READ, **parameters):
        try:
            shown = money_shown(regie)
        except MaelisError:
            assert not InvoiceList.objects.filter(read_at__isnull=False).exists()
            return
    if (mode, parameters['element'], parameters.get('value')) not in MAY_RIGHTLY_BE:
        assert shown == truth


def forget_the_copy() -> None:
    Invoice.objects.all().delete()
    InvoiceList.objects.all().delete()


def surprising(mode: str, element: str, value: str = '-') -> bool:
    """A text is a text whatever it says."""
    return mode != 'wrong_type' or element not in (MAY_BE_EMPTY if value == '' else TEXTS)


def noted_elements() -> set[str]:
    """The last names of the paths; an invoice that seems to be somebody else's names what says so."""
    noted = ', '.join(NotedDrift.objects.values_list('element', flat=True))
    return {path.rpartition('/')[2] for path in noted.split(', ')}


def test_what_is_lost_is_asked_for_again_once_an_administrator_accepted_it(
    regie: Regie, simulator: Simulator
) -> None:
    before = money_shown(regie)
    with simulator.fault('wrong_type', operation=READ, element='amountPaid', value=''):
        assert money_shown(regie) == before
        NotedDrift.objects.filter(element='amountPaid').update(accepted=True)
        assert money_shown(regie) != before


def test_a_row_is_made_once_and_counts_once_a_minute(connector: Connector) -> None:
    surprised = [InvoicesRead((), (Drift('additionalProperties', 'nouveau', example='a 9'),))] * 3
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        for _ in range(5):
            note_drift.note_drift(connector, READ, surprised)
            clock.shift(note_drift.NOTE_EVERY / 4)
    row = NotedDrift.objects.get()
    assert (row.operation, row.element, row.what, row.example) == (READ, 'nouveau', 'unknown', 'a 9')
    assert (row.count, row.first_seen_at, row.last_seen_at) == (2, now, now + note_drift.NOTE_EVERY)


def test_nothing_surprising_costs_no_query_and_what_goes_on_costs_one(connector: Connector) -> None:
    surprised = [InvoicesRead((), tuple(Drift('required', f'element{n}') for n in range(50)))]
    note_drift.note_drift(connector, READ, surprised)
    with CaptureQueriesContext(connection) as queries:
        note_drift.note_drift(connector, READ, [InvoicesRead(()), MaelisError()])
        assert len(queries) == 0
        note_drift.note_drift(connector, READ, surprised)
        assert [query['sql'].split()[0] for query in queries] == ['SELECT']


def test_random_names_fill_no_table(connector: Connector) -> None:
    for n in range(5):
        drift = tuple(Drift('additionalProperties', f'x{n}_{m}') for m in range(100))
        note_drift.note_drift(connector, READ, [InvoicesRead((), drift)])
    assert NotedDrift.objects.count() == note_drift.MOST_KINDS


def test_an_example_shows_the_form_and_not_what_it_says(regie: Regie, simulator: Simulator) -> None:
    with simulator.fault('wrong_type', operation=READ, element='quantity', value='Dupont 42,00'):
        money_shown(regie)
    assert NotedDrift.objects.get(element='lineInvoiceList/quantity').example == 'a 9,9'
    forget_the_copy()
    with simulator.fault('wrong_type', operation=READ, element='amountInvoice', value='1E400 Émile'):
        with pytest.raises(UnusableAnswer):
            money_shown(regie)
    refused = NotedDrift.objects.get(element='amountInvoice')
    assert (refused.what, refused.example) == (NotedDrift.UNREADABLE, '9a9 a')


def test_what_is_found_at_one_moment_is_told_at_once_and_later_finds_apart(connector: Connector) -> None:
    first = (Drift('additionalProperties', 'nouveau'), Drift('required', 'libelleTTF'))
    note_drift.note_drift(connector, READ, [InvoicesRead((), first)])
    raise_alerts(connector=connector)
    raise_alerts(connector=connector)
    alert = Alert.objects.get()
    assert alert.kind == IncidentKind.DRIFT
    assert 'readInvoices nouveau (élément inconnu)' in alert.message
    assert 'readInvoices libelleTTF (élément absent)' in alert.message
    note_drift.note_drift(connector, READ, [InvoicesRead((), (*first, Drift('type', 'payer')))])
    raise_alerts(connector=connector)
    assert [alert.closed_at for alert in Alert.objects.all()] == [None, None]
    assert Alert.objects.filter(message__contains='payer (élément illisible)').count() == 1


def test_the_alert_ends_when_the_surprise_does(connector: Connector) -> None:
    note_drift.note_drift(connector, READ, [InvoicesRead((), (Drift('required', 'libelleTTF'),))])
    raise_alerts(connector=connector)
    with time_machine.travel(timezone.now() + find_drift.DRIFT_LASTS, tick=False) as clock:
        for _ in range(3):
            raise_alerts(connector=connector)
            clock.shift(timedelta(minutes=1))
    assert Alert.objects.get().closed_at


@pytest.mark.parametrize('mode', ['foreign_family', 'foreign_regie'])
def test_p4_an_answer_with_invoices_of_others_shows_none_of_them_and_alerts(
    regie: Regie, simulator: Simulator, mode: str
) -> None:
    before = money_shown(regie)
    with simulator.fault(mode, operation=READ):
        assert money_shown(regie) == before
    assert NotedDrift.objects.get().what == NotedDrift.FOREIGN
    raise_alerts(connector=regie.connector)
    assert Alert.objects.get().kind == IncidentKind.FOREIGN_INVOICES


def test_p4_foreign_invoices_beside_our_own_are_noted_too(connector: Connector) -> None:
    note_drift.note_drift(connector, READ, [InvoicesRead((), foreign=2)])
    assert NotedDrift.objects.get().what == NotedDrift.FOREIGN


def test_a_regie_that_cannot_be_read_is_noted_too(connector: Connector, simulator: Simulator) -> None:
    connector = a_connector(wsdl_url=simulator.wsdl_url)
    with simulator.fault('missing_element', operation='readRegieList', element='code'):
        connector_status(connector)
    noted = NotedDrift.objects.values_list('operation', 'element', 'what')
    assert list(noted) == [('readRegieList', 'code', NotedDrift.MISSING)]


def test_an_administrator_accepts_only_what_is_missing(connector: Connector, admin_client: Client) -> None:
    drift = (Drift('required', 'amountPaid'), Drift('additionalProperties', 'nouveau'))
    note_drift.note_drift(connector, READ, [InvoicesRead((), drift)])
    for row in NotedDrift.objects.all():
        page = f'/admin/passerelle_maelis_invoices/noteddrift/{row.pk}/change/'
        assert admin_client.post(page, {'accepted': 'on', 'count': '99'}).status_code == 302
    accepted = NotedDrift.objects.filter(accepted=True)
    assert list(accepted.values_list('element', 'count')) == [('amountPaid', 1)]
