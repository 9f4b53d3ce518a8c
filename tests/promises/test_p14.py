"""P14: what was not signed for us has no effect."""

from __future__ import annotations

import pytest

from tests.promises.forgeries import forge
from tests.promises.stage import Stage

SIGNATURE = 'passerelle_maelis_invoices.publik.signature'


def test_p14_no_forged_request_records_anything(stage: Stage, number: int) -> None:
    forge(stage, queries=500, number=number).check()


def test_p14_a_signature_that_is_not_compared_is_seen(
    stage: Stage, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(f'{SIGNATURE}._same', lambda given, expected: True)
    counts = forge(stage, queries=50, number=number).counts
    assert counts['accepted'] and counts['recorded']
