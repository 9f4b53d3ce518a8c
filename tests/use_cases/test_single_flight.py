from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connections
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.models import InvoiceList, Regie
from passerelle_maelis_invoices.use_cases.read_invoices import Listing, read_invoices
from tests.builders import a_connector, a_regie
from tests.site import Site

FAMILY = '1001'
READERS = 20


def read(regie: Regie) -> Listing:
    try:
        return read_invoices(regie=regie, family_ids=[FAMILY])
    finally:
        connections.close_all()


def read_by_many(regie: Regie) -> list[Listing]:
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(read, [regie] * READERS))


def slow_regie(simulator: Simulator) -> Regie:
    simulator.fault('slow', operation='readInvoices', ms=700)
    return a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url, deadline=5.0, fresh_for=60))


def test_many_readers_of_a_list_never_read_make_one_call(site: Site, simulator: Simulator) -> None:
    listings = read_by_many(slow_regie(simulator))
    assert simulator.calls()['readInvoices'] == 1
    assert len({listing.invoices for listing in listings}) == 1
    assert [listing.source for listing in listings].count('maelis') == 1


def test_readers_of_a_stale_list_do_not_wait_for_the_one_that_asks(site: Site, simulator: Simulator) -> None:
    regie = slow_regie(simulator)
    first = read(regie)
    InvoiceList.objects.update(read_at=timezone.now() - timedelta(hours=1))
    listings = read_by_many(regie)
    assert simulator.calls()['readInvoices'] == 2
    assert {listing.invoices for listing in listings} == {first.invoices}


def test_a_failure_lets_the_next_reader_try(site: Site, simulator: Simulator) -> None:
    regie = a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0))
    read(regie)
    with simulator.fault('commit_then_500', operation='readInvoices', times=1):
        assert read(regie).source == 'local'
    assert read(regie).source == 'maelis'
