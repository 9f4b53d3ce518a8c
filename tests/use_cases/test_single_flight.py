import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.errors import MaelisError
from passerelle_maelis_invoices.models import InvoiceList, Regie
from passerelle_maelis_invoices.use_cases.link_family import link_family
from passerelle_maelis_invoices.use_cases.read_invoice_pdf import read_invoice_pdf
from passerelle_maelis_invoices.use_cases.read_invoices import Listing, read_invoices
from tests.builders import NAME_ID, a_connector, a_regie
from tests.site import Site

FAMILY = '1001'
READERS = 20
DEADLINE = 1.0  # seconds


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


def test_linking_a_family_does_not_ask_again_for_what_a_reader_asks_for(
    site: Site, simulator: Simulator
) -> None:
    regie = a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url))
    other = a_regie('SEN', connector=regie.connector)
    _somebody_reads(regie, FAMILY)
    link_family(connector=regie.connector, name_id=NAME_ID, family_id=FAMILY)
    assert simulator.calls()['readInvoices'] == 1
    assert InvoiceList.objects.get(regie=other, family_id=FAMILY).read_at


def test_p3_asking_and_waiting_for_others_share_one_deadline(site: Site, simulator: Simulator) -> None:
    """One list never comes, another one is being read by somebody who never ends."""
    regie = a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url, deadline=DEADLINE))
    _somebody_reads(regie, '1002')
    simulator.fault('hang', operation='readInvoices')
    began = time.monotonic()
    with pytest.raises(MaelisError):
        read_invoices(regie=regie, family_ids=[FAMILY, '1002'])
    assert time.monotonic() - began < DEADLINE + 0.5


def test_p3_the_deadline_of_a_pdf_holds_for_the_list_too(site: Site, simulator: Simulator) -> None:
    regie = a_regie('007', connector=a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0, deadline=DEADLINE))
    invoice = next(invoice for invoice in read(regie).invoices if invoice.has_pdf)
    simulator.fault('hang')
    began = time.monotonic()
    with override_settings(MAELIS_INVOICES_PDF_DEADLINE=DEADLINE), pytest.raises(MaelisError):
        read_invoice_pdf(regie=regie, invoice_id=invoice.id, family_ids=None)
    assert time.monotonic() - began < DEADLINE + 0.5


def _somebody_reads(regie: Regie, family_id: str) -> None:
    until = timezone.now() + timedelta(minutes=1)
    InvoiceList.objects.create(regie=regie, family_id=family_id, reading_until=until)
