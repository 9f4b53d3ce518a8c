"""P8: to the cent."""

from __future__ import annotations

from passerelle_maelis_invoices.models import LedgerEntry
from tests.ledger.tampering import unlock
from tests.promises.stage import Stage
from tests.promises.to_the_cent import to_the_cent


def test_p8_every_cent_is_in_one_place_in_the_ledger_and_in_the_exports(stage: Stage, number: int) -> None:
    to_the_cent(stage, total=1000, number=number).check()


def test_p8_a_cent_that_is_taken_from_a_row_is_seen(stage: Stage, number: int) -> None:
    """The control."""
    counts = to_the_cent(stage, total=300, number=number, broken=True).counts
    assert counts['misplaced'] and counts['wrong in ledgers'] and counts['wrong in exports']
    assert not counts['changed']


def test_p8_a_table_that_lost_its_triggers_is_seen(stage: Stage, number: int) -> None:
    unlock(LedgerEntry)
    assert to_the_cent(stage, total=300, number=number).counts['changed']
