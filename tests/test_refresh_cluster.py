"""The nightly refresh on several workers of the cluster, some of them killed."""

import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.paris import PARIS
from passerelle_maelis_invoices.models import Connector, FamilyLink, InvoiceList, RefreshBatch, RefreshRun
from tests.builders import a_connector, a_regie
from tests.cluster import cluster, migrated_cluster, sql, wait_for
from tests.site import Process, Site

pytest.importorskip('procrastinate')
pytestmark = pytest.mark.postgresql
__all__ = ['cluster', 'migrated_cluster']

#: Two batches and a part of a third.
FAMILIES = 450
LISTS = FAMILIES * 2
#: Of one slot: there are two, and four calls at once.
CALLS_AT_ONCE = 2
COMMAND = 'maelis_refresh_invoices'


@pytest.fixture(scope='module')
def town() -> Iterator[Simulator]:
    with Simulator(families=FAMILIES) as town:
        yield town


@pytest.fixture
def simulator(town: Simulator) -> Simulator:
    town.reset()
    return town


@pytest.fixture
def connector(cluster: Site, simulator: Simulator) -> Connector:
    connector = a_connector(wsdl_url=simulator.wsdl_url, deadline=5.0, refresh_rate=400)
    for code in ('007', 'SEN'):
        a_regie(code, connector=connector)
    FamilyLink.objects.bulk_create(
        FamilyLink(connector=connector, name_id=f'user {n}', family_id=str(1001 + n)) for n in range(FAMILIES)
    )
    simulator.fault('slow', operation='readInvoices', ms=30)
    return connector


def test_a_worker_that_is_killed_costs_no_more_than_its_calls_in_hand(
    cluster: Site, connector: Connector, simulator: Simulator
) -> None:
    command, workers = a_shared_refresh(cluster)
    wait_for(lambda: calls(simulator) > 40 and batches_in_hand() == 2)
    workers[0].kill()
    start_refresher(cluster)
    command.child.wait(timeout=120)
    assert command.child.returncode == 0
    run = RefreshRun.objects.get()
    assert run.finished_at and f'{FAMILIES} familles' in run.summary
    assert InvoiceList.objects.filter(read_at__gte=run.started_at).count() == LISTS
    assert LISTS <= calls(simulator) <= LISTS + CALLS_AT_ONCE
    assert CALLS_AT_ONCE < simulator.most_at_once('readInvoices') <= 2 * CALLS_AT_ONCE


def test_however_many_workers_there_are_no_more_calls_than_allowed_are_open_at_once(
    cluster: Site, connector: Connector, simulator: Simulator
) -> None:
    """Not even when the jobs, and the locks with them, are lost on the way."""
    command, _ = a_shared_refresh(cluster, refreshers=4)
    wait_for(lambda: calls(simulator) > 40 and batches_in_hand() == 2)
    sql('TRUNCATE procrastinate_jobs CASCADE')
    command.child.wait(timeout=120)
    assert command.child.returncode == 0
    assert calls(simulator) == LISTS
    assert simulator.most_at_once('readInvoices') <= 2 * CALLS_AT_ONCE


def test_a_worker_that_is_asked_to_stop_gives_its_batch_back(
    cluster: Site, connector: Connector, simulator: Simulator
) -> None:
    command, workers = a_shared_refresh(cluster)
    wait_for(lambda: calls(simulator) > 40 and batches_in_hand() == 2)
    workers[0].child.send_signal(signal.SIGTERM)
    workers[0].child.wait(timeout=60)
    assert batches_in_hand() < 2, 'another one need not wait for its lease'
    command.child.wait(timeout=120)
    assert command.child.returncode == 0
    assert calls(simulator) == LISTS


def test_a_command_beside_the_workers_says_so_and_leaves_it_to_them(
    cluster: Site, connector: Connector
) -> None:
    command, _ = a_shared_refresh(cluster)
    wait_for(lambda: batches_in_hand() == 2)
    beside = cluster.manage(COMMAND, check=False)
    assert beside.returncode == 1
    assert 'partagée entre les workers' in beside.stdout
    command.send(signal.SIGINT)
    command.child.wait(timeout=60)
    assert command.child.returncode == 1, 'who stops watching has not seen the end'
    assert RefreshRun.objects.get().abandoned_at is None


def test_it_begins_by_itself_at_its_hour(cluster: Site, connector: Connector, simulator: Simulator) -> None:
    a_minute_ago = timezone.now().astimezone(PARIS) - timedelta(minutes=1)
    cluster.environment['MAELIS_INVOICES_REFRESH_AT'] = f'{a_minute_ago:%H:%M}'
    cluster.start('procrastinate', 'worker', '--concurrency', '3')
    wait_for(lambda: RefreshRun.objects.filter(finished_at__isnull=False).exists())
    run = RefreshRun.objects.get()
    assert run.read == calls(simulator) > 0
    assert not run.full


def a_shared_refresh(cluster: Site, *, refreshers: int = 2) -> tuple[Process, list[Process]]:
    """A command that watches it, and workers that do a batch at a time, with another one for the ticks."""
    cluster.start('procrastinate', 'worker', '--queues', 'maelis-watch')
    command = cluster.start(COMMAND, '--full', '--spread')
    return command, [start_refresher(cluster) for _ in range(refreshers)]


def start_refresher(cluster: Site) -> Process:
    return cluster.start(
        'procrastinate', 'worker', '--queues', 'maelis-refresh', '--shutdown-graceful-timeout', '0.1'
    )


def batches_in_hand() -> int:
    return RefreshBatch.objects.exclude(slot=None).count()


def calls(simulator: Simulator) -> int:
    return simulator.calls().get('readInvoices', 0)
