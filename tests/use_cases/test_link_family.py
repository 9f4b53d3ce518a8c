import pytest

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.models import FamilyLink, Invoice, InvoiceList, Regie
from passerelle_maelis_invoices.use_cases.link_family import families_of, link_family, unlink_family
from passerelle_maelis_invoices.use_cases.list_pending_users import list_pending_users
from tests.builders import NAME_ID, a_regie


def test_linking_reads_every_regie_and_keeps_what_it_says(regie: Regie, simulator: Simulator) -> None:
    a_regie('SEN', connector=regie.connector)
    link_family(connector=regie.connector, name_id=NAME_ID, family_id='1001')
    assert families_of(connector=regie.connector, name_id=NAME_ID) == ['1001']
    assert InvoiceList.objects.filter(family_id='1001', read_at__isnull=False).count() == 2
    assert Invoice.objects.filter(regie=regie).exists()


def test_a_family_is_linked_even_while_maelis_is_down(regie: Regie, simulator: Simulator) -> None:
    simulator.down()
    link_family(connector=regie.connector, name_id=NAME_ID, family_id='1001')
    assert families_of(connector=regie.connector, name_id=NAME_ID) == ['1001']


def test_linking_twice_is_linking_once_and_unlinking_twice_too(regie: Regie, simulator: Simulator) -> None:
    for _ in range(2):
        link_family(connector=regie.connector, name_id=NAME_ID, family_id='1001')
    assert FamilyLink.objects.count() == 1
    for _ in range(2):
        unlink_family(connector=regie.connector, name_id=NAME_ID, family_id='1001')
    assert families_of(connector=regie.connector, name_id=NAME_ID) == []


@pytest.mark.parametrize('family_id', ['', 'abc', '1' * 16, '10 01', '१००१'])
def test_what_is_no_family_number_is_refused_with_a_reason(regie: Regie, family_id: str) -> None:
    with pytest.raises(BadRequest, match='numéro de dossier'):
        link_family(connector=regie.connector, name_id=NAME_ID, family_id=family_id)


def test_users_with_something_to_pay_are_listed_from_the_copy(regie: Regie, simulator: Simulator) -> None:
    link_family(connector=regie.connector, name_id=NAME_ID, family_id='1001')
    simulator.down()
    pending = list_pending_users(regie=regie)
    assert list(pending) == [NAME_ID]
    assert all(invoice.active for invoice in pending[NAME_ID])
