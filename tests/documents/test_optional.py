"""Without the extra, the rest of the product works, and says what to install."""

from __future__ import annotations

import sys
from io import BytesIO

import pytest

from passerelle_maelis_invoices.documents.write import receipt_bytes, write_listing
from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind
from passerelle_maelis_invoices.errors import MisconfiguredConnector
from tests.documents.samples import RECEIPT, ROWS, a_listing


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [name for name in sys.modules if name.startswith('passerelle_maelis_invoices.documents.')]
    for name in ours:
        if name.rpartition('.')[2] in ('receipt_pdf', 'blocks', 'pages', 'typography', 'spreadsheet'):
            monkeypatch.delitem(sys.modules, name)
    for name in ('reportlab', 'openpyxl'):
        for loaded in [other for other in sys.modules if other.split('.')[0] == name]:
            monkeypatch.delitem(sys.modules, loaded)
        monkeypatch.setitem(sys.modules, name, None)


def test_a_missing_library_is_named_with_the_remedy(bare: None) -> None:
    with pytest.raises(MisconfiguredConnector, match=r'passerelle-maelis-invoices\[documents\].*reportlab'):
        receipt_bytes(RECEIPT)
    with pytest.raises(MisconfiguredConnector, match='openpyxl'):
        write_listing(a_listing(ExportKind.LEDGER), [], BytesIO(), ExportFormat.SPREADSHEET)


def test_text_formats_need_no_extra(bare: None) -> None:
    for form in (ExportFormat.CSV, ExportFormat.JSON, ExportFormat.XML):
        write_listing(a_listing(ExportKind.LEDGER), ROWS[ExportKind.LEDGER], BytesIO(), form)
