"""Several workers of the cluster on one PostgreSQL, some of them killed."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind, ExportState
from passerelle_maelis_invoices.domain.paris import day_in_paris
from passerelle_maelis_invoices.domain.payment_states import IN_FLIGHT, State
from passerelle_maelis_invoices.models import (
    Export,
    LedgerEntry,
    Payment,
    PaymentEvent,
    Reconciliation,
    Regie,
)
from passerelle_maelis_invoices.use_cases.reconcile_payments import ask_for_reconciliation
from passerelle_maelis_invoices.use_cases.request_export import request_export
from tests.builders import a_connector, a_regie, an_api_client
from tests.cluster import cluster, migrated_cluster, rows, sql, start_worker, wait_for
from tests.site import Site

pytest.importorskip('procrastinate')
pytestmark = pytest.mark.postgresql
__all__ = ['cluster', 'migrated_cluster']

PAYMENTS = 60
KILLS = 5
LOST_ANSWERS = 12
SEED = 7
API_KEY = 'cluster-key'


@pytest.fixture
def regie(cluster: Site, simulator: Simulator) -> Regie:
    connector = a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0, payment_lag=0, deadline=1.0)
    return a_regie('007', connector=connector)


def test_p2_every_payment_is_applied_once_while_workers_of_the_cluster_are_killed(
    cluster: Site, regie: Regie, simulator: Simulator, tmp_path: Path
) -> None:
    chance = Random(SEED)
    import_payments(cluster, tmp_path, new_invoices(simulator, PAYMENTS))
    simulator.fault('slow', operation='payInvoices', ms=150)
    simulator.fault('commit_then_reset', operation='payInvoices', times=LOST_ANSWERS, probability=0.3)
    workers = [start_worker(cluster) for _ in range(3)]
    for _ in range(KILLS):
        wait_for(lambda: Payment.objects.filter(state__in=IN_FLIGHT).exists() or all_delivered())
        workers.pop(chance.randrange(len(workers))).kill()
        workers.append(start_worker(cluster))
    wait_for(all_delivered, how_they_are)
    applied = Counter(entry['reference'] for entry in simulator.journal())
    assert applied == Counter(Payment.objects.values_list('transaction_id', flat=True))
    assert not Payment.objects.exclude(attention='').exists()
    assert PaymentEvent.objects.filter(event='lost').count() > 0


def test_a_payment_is_handed_out_in_the_transaction_that_records_it(
    cluster: Site, regie: Regie, simulator: Simulator
) -> None:
    (invoice,) = new_invoices(simulator, 1)
    pay(cluster, regie, invoice)
    assert jobs() == [(Payment.objects.get().pk, 'todo')]
    pay(cluster, regie, invoice)
    assert len(jobs()) == 1


def test_a_job_table_that_is_lost_costs_nothing(
    cluster: Site, regie: Regie, simulator: Simulator, tmp_path: Path
) -> None:
    before, during = new_invoices(simulator, 2)
    import_payments(cluster, tmp_path, [before])
    sql('TRUNCATE procrastinate_jobs CASCADE')
    sql('ALTER TABLE procrastinate_jobs RENAME TO lost')
    pay(cluster, regie, during)
    sql('ALTER TABLE lost RENAME TO procrastinate_jobs')
    assert jobs() == []
    start_worker(cluster)
    wait_for(all_delivered)
    assert len(simulator.journal()) == Payment.objects.count() == 2


def test_jobs_of_a_dead_worker_are_over_and_those_of_others_are_left_alone(cluster: Site) -> None:
    for queue in ('maelis', 'other'):
        sql(
            'INSERT INTO procrastinate_jobs (queue_name, task_name, status, args) '
            "VALUES (%s, 'x', 'doing', '{}')",
            queue,
        )
    start_worker(cluster)
    wait_for(lambda: ('failed',) in rows("SELECT status FROM procrastinate_jobs WHERE queue_name = 'maelis'"))
    assert rows("SELECT status FROM procrastinate_jobs WHERE queue_name = 'other'") == [('doing',)]


def test_exports_are_made_by_workers_of_the_cluster(cluster: Site, regie: Regie, tmp_path: Path) -> None:
    cluster.environment['MAELIS_INVOICES_EXPORT_DIR'] = str(tmp_path / 'exports')
    request_export(regie=regie, kind=ExportKind.PAYMENTS, format=ExportFormat.CSV, requested_by='camille')
    start_worker(cluster)
    wait_for(lambda: Export.objects.get().state == ExportState.CREATED)
    assert [path.name for path in (tmp_path / 'exports').iterdir()] == [Export.objects.get().file]


def test_the_books_are_kept_by_workers_of_the_cluster(
    cluster: Site, regie: Regie, simulator: Simulator, tmp_path: Path
) -> None:
    """The ledger, and a reconciliation that somebody asked for, without a `maelis_worker`."""
    (invoice,) = new_invoices(simulator, 1)
    import_payments(cluster, tmp_path, [invoice])
    today = day_in_paris(timezone.now())
    ask_for_reconciliation(regie=regie, first_day=today - timedelta(days=1), last_day=today, actor='camille')
    assert not LedgerEntry.objects.exists()
    start_worker(cluster)
    wait_for(lambda: LedgerEntry.objects.filter(payment__transaction_id=f'T-{invoice}').exists())
    wait_for(lambda: Reconciliation.objects.get().finished_at is not None)


def new_invoices(simulator: Simulator, count: int) -> list[str]:
    """Their ids, spread over twenty families."""
    return [new_invoice(simulator, family=str(1001 + n % 20), number=str(90_000 + n)) for n in range(count)]


def new_invoice(simulator: Simulator, *, family: str, number: str) -> str:
    simulator.put_invoice(family=family, regie='007', number=number, amount='10.00')
    return f'{family}-{number}'


def import_payments(cluster: Site, folder: Path, invoices: list[str]) -> None:
    file = folder / 'payments.csv'
    lines = [f'007;{invoice};T-{invoice};10,00' for invoice in invoices]
    file.write_text('\n'.join(['regie;invoice_id;transaction_id;amount', *lines]))
    cluster.manage('maelis_import_payments', str(file))


def pay(cluster: Site, regie: Regie, invoice: str) -> None:
    """As the portal does, over HTTP."""
    an_api_client(connectors=[regie.connector], api_key=API_KEY)
    server = cluster.serve()
    base = f'{server.url}/passerelle-maelis-invoices/{regie.connector.slug}/regie/{regie.code}'
    request = Request(  # noqa: S310
        f'{base}/invoice/{invoice}/pay/?apikey={API_KEY}',
        data=f'{{"transaction_id": "T-{invoice}", "amount": "10.00"}}'.encode(),
        headers={'Content-Type': 'application/json'},
    )
    with urlopen(request, timeout=30) as answer:  # noqa: S310
        assert answer.status == 200
    server.kill()


def how_they_are() -> object:
    return list(Payment.objects.values_list('state', 'attention'))


def all_delivered() -> bool:
    return not Payment.objects.exclude(state__in=[State.DELIVERED, State.CONFIRMED]).exists()


def jobs() -> list[tuple[Any, ...]]:
    return rows(
        "SELECT (args->>'payment_id')::int, status::text FROM procrastinate_jobs WHERE queue_name = 'maelis'"
    )
