"""What Prometheus reads, who may read it, and the dashboard and page that speak of it."""

import json
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.maelis import InvoicesRead
from passerelle_maelis_invoices.models import Connector, Payment, Reachability, RefreshRun
from passerelle_maelis_invoices.use_cases.measure import PREFIX, meters
from passerelle_maelis_invoices.use_cases.note_drift import note_drift
from passerelle_maelis_invoices.use_cases.raise_alerts import raise_alerts
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices
from tests.builders import a_connector, a_payment, a_regie, an_api_client, an_invoice
from tests.site import Site

ROOT = Path(__file__).resolve().parent.parent
URL = '/passerelle-maelis-invoices/metrics'
KEY = 'scraper-key'
FAMILY = '1001'
Samples = dict[tuple[str, ...], float]


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    meters.cache_clear()
    yield
    meters.cache_clear()


@pytest.fixture
def connector(db: None) -> Connector:
    an_api_client('prometheus', api_key=KEY, connectors=[a_connector()])
    return a_connector()


def scraped(key: str = KEY) -> Samples:
    answer = Client().get(URL, {'apikey': key})
    assert answer.status_code == 200 and answer['Content-Type'].startswith('text/plain')
    return samples(answer.content.decode())


def samples(text: str) -> Samples:
    """By name and values of labels, the names of the labels being alphabetical."""
    return {
        (one.name.removeprefix(PREFIX), *(one.labels[name] for name in sorted(one.labels))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_calls_and_lists_are_counted(connector: Connector, simulator: Simulator) -> None:
    connector = a_connector(wsdl_url=simulator.wsdl_url, deadline=5.0)
    regie = a_regie('007', connector=connector)
    for fresh_for in (0, 0, 300):
        regie.connector.fresh_for = fresh_for
        read_invoices(regie=regie, family_ids=[FAMILY])
    regie.connector.fresh_for = 0
    with simulator.fault('commit_then_500', operation='readInvoices', times=1):
        read_invoices(regie=regie, family_ids=[FAMILY])
    found = scraped()
    assert found['calls_total', 'toulouse', 'readInvoices', 'done'] == 2
    assert found['calls_total', 'toulouse', 'readInvoices', 'maelis-outcome-unknown'] == 1
    assert found['call_seconds_count', 'toulouse', 'readInvoices'] == 3
    assert found['call_seconds_bucket', 'toulouse', '+Inf', 'readInvoices'] == 3
    assert found['lists_read_total', 'toulouse', 'maelis'] == 2
    assert found['lists_read_total', 'toulouse', 'local'] == 2


def test_payments_breaker_drift_alerts_and_refresh_are_told(connector: Connector) -> None:
    now = timezone.now()
    regie = a_regie(connector=connector)
    for n, (state, age) in enumerate(
        [(State.RECORDED, 60), (State.UNCERTAIN, 600), (State.CONFIRMED, 9000), (State.CONFIRMED, 9000)]
    ):
        invoice = an_invoice(str(n), regie=regie)
        a_payment(f'T{n}', of=invoice, state=state, received_at=now - timedelta(seconds=age))
    note_drift(connector, 'readInvoices', [InvoicesRead((), foreign=1)])
    raise_alerts(connector=connector)
    Reachability.objects.create(connector=connector, failures=3, open_until=now)
    RefreshRun.objects.create(connector=connector, started_at=now, finished_at=now)
    found = scraped()
    by_state = {state: found['payments', 'toulouse', state.value] for state in State}
    assert {state: count for state, count in by_state.items() if count} == {
        State.RECORDED: 1, State.UNCERTAIN: 1, State.CONFIRMED: 2
    }  # fmt: skip
    assert found['oldest_unsent_payment_seconds', 'toulouse'] == pytest.approx(600, abs=30)
    assert found['breaker_open', 'toulouse'] == found['drifts', 'toulouse', 'foreign'] == 1
    assert found['open_alerts', 'toulouse'] == 1
    assert found['refresh_finished_timestamp_seconds', 'toulouse'] == pytest.approx(now.timestamp())


def test_figures_are_zero_while_there_is_nothing(connector: Connector) -> None:
    found = scraped()
    for name in ('breaker_open', 'oldest_unsent_payment_seconds', 'open_alerts'):
        assert found[name, 'toulouse'] == 0


def test_reading_them_costs_the_same_whatever_there_is(connector: Connector) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            scraped()
        return len(queries)

    a_payment('T0', of=an_invoice('0', regie=a_regie('200', connector=connector)))
    before = cost()
    for code in ('201', '202', '203'):
        for n in range(3):
            invoice = an_invoice(str(n), regie=a_regie(code, connector=connector))
            a_payment(f'T{n}', of=invoice)
    assert Payment.objects.count() == 10
    assert cost() == before


def test_p4_a_client_reads_nothing_of_other_connectors(connector: Connector) -> None:
    an_api_client('other', api_key='other-key', connectors=[a_connector('autre')], orig='other')
    read_invoices(regie=an_invoice().regie, family_ids=['1312'])
    assert any('toulouse' in labels for labels in scraped())
    found = scraped('other-key')
    assert any('autre' in labels for labels in found)
    assert not any('toulouse' in labels for labels in found)


@pytest.mark.parametrize('key', ['', 'wrong', 'limited', 'nothing'])
def test_p4_who_may_not_see_a_whole_connector_is_refused(connector: Connector, key: str) -> None:
    an_api_client('limited', api_key='limited', regies=[a_regie(connector=connector)], orig='limited')
    an_api_client('nothing', api_key='nothing', connectors=[], orig='nothing')
    answer = Client().get(URL, {'apikey': key} if key else {})
    assert answer.status_code == 403
    assert answer.json()['err_class'] == 'forbidden'


def test_it_is_served_with_a_last_slash_and_to_get_alone(connector: Connector) -> None:
    assert Client().get(f'{URL}/', {'apikey': KEY}).status_code == 200
    assert Client().post(f'{URL}?apikey={KEY}').status_code == 405


def test_without_the_library_it_says_so_and_all_else_works(
    connector: Connector, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'prometheus_client', None)
    regie = a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url))
    assert read_invoices(regie=regie, family_ids=[FAMILY]).source == 'maelis'
    answer = Client().get(URL, {'apikey': KEY})
    assert answer.status_code == 501
    assert 'passerelle-maelis-invoices[metrics]' in answer.json()['err_desc']


def test_all_processes_of_a_server_are_added_up(site: Site, simulator: Simulator, tmp_path: Path) -> None:
    site.environment['PROMETHEUS_MULTIPROC_DIR'] = str(tmp_path)
    connector = a_connector(wsdl_url=simulator.wsdl_url, deadline=5.0, fresh_for=0)
    a_regie('007', connector=connector)
    an_api_client('prometheus', api_key=KEY, connectors=[connector])
    servers = [site.serve(), site.serve()]
    asked = f'toulouse/regie/007/invoices/?payer_external_id={FAMILY}&apikey={KEY}'
    for server in (*servers, servers[0]):
        with urlopen(f'{server.url}/passerelle-maelis-invoices/{asked}') as answer:  # noqa: S310
            assert json.load(answer)['err'] == 0
    for server in servers:
        with urlopen(f'{server.url}{URL}?apikey={KEY}') as answer:  # noqa: S310
            found = samples(answer.read().decode())
        assert found['calls_total', 'toulouse', 'readInvoices', 'done'] == 3
        assert found['breaker_open', 'toulouse'] == 0


def served_names() -> set[str]:
    return {name for name, *_ in scraped()}


def some_of_everything(connector: Connector, simulator: Simulator) -> None:
    Connector.objects.update(wsdl_url=simulator.wsdl_url)
    read_invoices(
        regie=a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url)), family_ids=[FAMILY]
    )
    now = timezone.now()
    RefreshRun.objects.create(connector=connector, started_at=now, finished_at=now)


def test_the_dashboard_asks_for_what_there_is(connector: Connector, simulator: Simulator) -> None:
    some_of_everything(connector, simulator)
    dashboard = json.loads((ROOT / 'docs/grafana-dashboard.json').read_text(encoding='utf-8'))
    asked = {
        name
        for panel in dashboard['panels']
        for target in panel.get('targets', ())
        for name in re.findall(rf'{PREFIX}(\w+)', target['expr'])
    }
    assert asked <= served_names()
    assert asked >= {'calls_total', 'call_seconds_bucket', 'breaker_open', 'payments', 'lists_read_total',
                     'oldest_unsent_payment_seconds', 'drifts', 'open_alerts'}  # fmt: skip


def test_the_page_names_all_that_is_served(connector: Connector, simulator: Simulator) -> None:
    some_of_everything(connector, simulator)
    page = (ROOT / 'docs/metrics.md').read_text(encoding='utf-8')
    named = set(re.findall(rf'^\| `{PREFIX}(\w+)', page, re.MULTILINE))
    served = {re.sub(r'(_bucket|_count|_sum|_created)$', '', name) for name in served_names()}
    assert named == served - {'calls', 'lists_read'}
