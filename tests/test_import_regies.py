"""The régies that Maelis announces become ours; what a person set here stays."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from passerelle_maelis_invoices.errors import ConnectorError
from passerelle_maelis_invoices.models import Connector, Regie
from passerelle_maelis_invoices.use_cases.import_regies import import_regies
from tests.builders import a_connector, a_regie

if TYPE_CHECKING:
    from demo.simulator.process import Simulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def connector(simulator: Simulator) -> Connector:
    return a_connector(wsdl_url=simulator.wsdl_url)


def test_the_regies_of_maelis_are_created_with_their_codes_as_text(connector: Connector) -> None:
    imported = import_regies(connector=connector)

    assert len(imported.created) == 9
    assert {'007', '042', 'SEN'} <= set(imported.created)
    assert connector.regies.get(code='SEN').label == 'Séniors – portage de repas & loisirs'


def test_importing_again_changes_nothing(connector: Connector) -> None:
    created = import_regies(connector=connector).created

    again = import_regies(connector=connector)

    assert again.unchanged == created
    assert not (again.created or again.updated or again.missing)


def test_local_settings_are_kept_and_the_label_follows_maelis(connector: Connector) -> None:
    a_regie(
        '007',
        label='Ancien nom',
        connector=connector,
        active=False,
        online_payment=False,
        minimum_amount='5.00',
    )

    imported = import_regies(connector=connector)

    regie = connector.regies.get(code='007')
    assert imported.updated == ('007',)
    assert regie.label == 'Restauration scolaire & périscolaire'
    assert (regie.active, regie.online_payment, regie.minimum_amount) == (False, False, Decimal('5.00'))


def test_a_regie_that_maelis_no_longer_names_is_reported_and_stays_open(connector: Connector) -> None:
    gone = a_regie('DISPARUE', connector=connector)

    imported = import_regies(connector=connector)

    gone.refresh_from_db()
    assert imported.missing == ('DISPARUE',)
    assert gone.active


def test_another_connector_keeps_its_regies(connector: Connector) -> None:
    other = a_regie('007', label='Ailleurs', connector=a_connector('ailleurs'))

    import_regies(connector=connector)

    other.refresh_from_db()
    assert other.label == 'Ailleurs'


@pytest.mark.parametrize('fault', ['refuse', 'html_200', 'truncated_xml', 'missing_element', 'unknown_fault'])
def test_a_failed_reading_changes_nothing(connector: Connector, simulator: Simulator, fault: str) -> None:
    a_regie('007', label='Ancien nom', connector=connector)

    with simulator.fault(fault), pytest.raises(ConnectorError):
        import_regies(connector=connector)

    assert list(Regie.objects.values_list('code', 'label')) == [('007', 'Ancien nom')]


def test_the_command_refreshes_every_connector_and_goes_on_after_a_failure(connector: Connector) -> None:
    a_connector('absent')
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match='absent'):
        call_command('maelis_refresh_regies', stdout=out, stderr=err)

    assert 'toulouse : Régies créées : 007, ' in out.getvalue()
    assert 'absent : ' in err.getvalue()
    assert connector.regies.count() == 9


def test_the_command_names_an_unknown_connector() -> None:
    with pytest.raises(CommandError, match='« nulle-part » n’existe pas'):
        call_command('maelis_refresh_regies', 'nulle-part')
