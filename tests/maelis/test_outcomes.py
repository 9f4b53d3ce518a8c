"""Each of the simulator's faults proves what its table says, to a reader and to a payer."""

from collections.abc import Iterator
from contextlib import suppress
from time import monotonic

import pytest

from demo.simulator.faults import FAULTS, Fault
from demo.simulator.process import Simulator
from passerelle_maelis_invoices.errors import (
    ConnectorError,
    NeverLeft,
    OutcomeUnknown,
    Refused,
    UnusableAnswer,
)
from passerelle_maelis_invoices.maelis import Deadline, Deployment, MaelisClient
from passerelle_maelis_invoices.maelis.outcomes import VERDICTS as TABLE
from passerelle_maelis_invoices.maelis.outcomes import Cause, Failure, cause_of_fault, verdict
from tests.maelis.builders import CALLS, pay

VERDICTS: dict[type[ConnectorError], str] = {
    NeverLeft: 'never_left',
    OutcomeUnknown: 'unknown',
    UnusableAnswer: 'unknown',
    Refused: 'refused',
}
#: A PDF is known by what it is, whatever its element is called.
BETTER = {('renamed_element', 'getInvoicePDF'): 'done'}
#: Seconds: of a call that waits in vain, and of one that has a lot to read.
SHORT, LONG = 0.4, 5.0
WIDE_MARGIN = 1.5


def has_to_wait(fault: Fault) -> bool:
    return 'seconds' in fault.parameters or fault.whole_port


CASES = [
    pytest.param(fault, operation, id=f'{fault.name}-{operation}')
    for fault in FAULTS.values()
    for operation in fault.operations
]
QUICK_CASES = [case for case in CASES if not has_to_wait(case.values[0])]


@pytest.fixture(scope='module')
def maelis() -> Iterator[Simulator]:
    with Simulator(families=5) as simulator:
        yield simulator


@pytest.fixture(scope='module')
def other_maelis() -> Iterator[Simulator]:
    with Simulator(families=5, style='other') as simulator:
        yield simulator


def a_warm_client(maelis: Simulator) -> MaelisClient:
    """It has spoken to Maelis before, and keeps a connection open."""
    maelis.reset(town=True)
    client = MaelisClient(Deployment(maelis.wsdl_url))
    client.read_regies(deadline=Deadline.after(LONG))
    return client


def expected(fault: Fault, operation: str) -> str:
    declared = fault.paying if operation == 'payInvoices' else fault.reading
    verdict = BETTER.get((fault.name, operation), declared)
    assert verdict
    return verdict


@pytest.mark.parametrize(('fault', 'operation'), CASES)
def test_p13_each_fault_gets_its_verdict_in_time(maelis: Simulator, fault: Fault, operation: str) -> None:
    check_verdict(maelis, fault, operation)


@pytest.mark.parametrize(('fault', 'operation'), QUICK_CASES)
def test_p13_each_fault_gets_its_verdict_in_another_style(
    other_maelis: Simulator, fault: Fault, operation: str
) -> None:
    check_verdict(other_maelis, fault, operation)


def check_verdict(maelis: Simulator, fault: Fault, operation: str) -> None:
    verdict, seconds = expected(fault, operation), SHORT if has_to_wait(fault) else LONG
    client = a_warm_client(maelis)
    armed = {} if fault.whole_port else {'operation': operation}
    with maelis.fault(fault.name, **armed):
        start = monotonic()
        try:
            CALLS[operation](client, Deadline.after(seconds))
            outcome = 'done'
        except ConnectorError as error:
            outcome = VERDICTS[type(error)]
        assert outcome == verdict
        assert monotonic() - start < seconds + WIDE_MARGIN


@pytest.mark.parametrize(
    'name', [fault.name for fault in FAULTS.values() if 'payInvoices' in fault.operations]
)
def test_a_payment_is_sent_once_whatever_happens(maelis: Simulator, name: str) -> None:
    fault, client = FAULTS[name], a_warm_client(maelis)
    with maelis.fault(name):
        with suppress(ConnectorError):
            pay(client, Deadline.after(SHORT if has_to_wait(fault) else LONG))
        if not fault.whole_port:
            assert maelis.calls().get('payInvoices') == 1
            assert maelis.calls().get('redirected', 0) == 0
    assert len(maelis.journal()) <= 1


def test_an_outcome_that_nobody_listed_is_unknown() -> None:
    assert {type(verdict(Failure(cause))) for cause in Cause if cause not in TABLE} == {OutcomeUnknown}
    assert isinstance(verdict(Failure(Cause.FAULT)), OutcomeUnknown)


def test_a_fault_is_a_refusal_only_when_its_code_is_listed() -> None:
    assert cause_of_fault(['Server', 'FACTURE_INCONNUE']) is Cause.BUSINESS_REFUSAL
    assert cause_of_fault(['Server', 'FACTURE_INCONNUE_2']) is Cause.FAULT
    assert cause_of_fault([]) is Cause.FAULT
