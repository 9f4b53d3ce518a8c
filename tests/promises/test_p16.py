"""P16, as the long run tries it; the cases by name are in tests/test_p16_pdf.py."""

from __future__ import annotations

import pytest

from tests.promises.documents import pass_documents
from tests.promises.stage import Stage


def test_p16_only_pdfs_are_passed_and_byte_for_byte(stage: Stage, number: int) -> None:
    pass_documents(stage, documents=20, number=number).check()


def test_p16_a_reader_that_does_not_look_is_seen(
    stage: Stage, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    client = 'passerelle_maelis_invoices.maelis.client.MaelisClient.read_pdf'
    monkeypatch.setattr(client, lambda *_, **__: b'%PDF-1.7 always the same')
    counts = pass_documents(stage, documents=20, number=number).counts
    assert counts['passed'] and counts['altered']
