"""P4: nobody sees what is another family's or another régie's."""

from __future__ import annotations

import pytest

from tests.promises.prying import pry
from tests.promises.stage import Stage


def test_p4_everybody_sees_what_is_theirs_and_nothing_else(stage: Stage, number: int) -> None:
    pry(stage, requests=400, number=number).check()


def test_p4_an_invoice_that_is_shown_to_everybody_is_seen(
    stage: Stage, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.invoices.families_allowed', lambda call: None)
    counts = pry(stage, requests=100, number=number).counts
    assert counts['leaked'] and counts['told apart']
