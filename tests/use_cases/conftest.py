import pytest

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.models import Regie
from tests.builders import a_connector, a_regie


@pytest.fixture
def regie(db: None, simulator: Simulator) -> Regie:
    """Régie 007 of the simulated town; nothing is fresh for long, so that Maelis is asked."""
    connector = a_connector(wsdl_url=simulator.wsdl_url, fresh_for=0, deadline=1.0, payment_lag=0)
    return a_regie('007', connector=connector)
