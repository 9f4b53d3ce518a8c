"""A town's office with something of everything to export, and files in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind
from passerelle_maelis_invoices.models import Export, Regie
from passerelle_maelis_invoices.use_cases.export_scope import Scope
from passerelle_maelis_invoices.use_cases.request_export import request_export
from passerelle_maelis_invoices.use_cases.write_export import write_export
from tests.builders import a_regie

Write = Callable[..., bytes]
Request = Callable[..., Export]


@pytest.fixture
def regie(db: None) -> Regie:
    return a_regie('007', label='Cantine & périscolaire')


@pytest.fixture(autouse=True)
def export_dir(tmp_path: Path, settings: Any) -> Path:
    settings.MAELIS_INVOICES_EXPORT_DIR = str(tmp_path / 'exports')
    return tmp_path / 'exports'


@pytest.fixture
def write(regie: Regie) -> Write:
    """The bytes of an export of the régie, made at once."""

    def write(kind: ExportKind, form: ExportFormat, **scope: Any) -> bytes:
        out = BytesIO()
        whole = Scope(**{'regie': regie, 'kind': kind, 'format': form, **scope})
        write_export(whole, out, progress=lambda done, total: None)
        return out.getvalue()

    return write


@pytest.fixture
def ask(regie: Regie) -> Request:
    """An export that waits for a worker."""

    def ask(
        kind: ExportKind = ExportKind.PAYMENTS, form: ExportFormat = ExportFormat.CSV, **values: Any
    ) -> Export:
        wanted = {'regie': regie, 'kind': kind, 'format': form, 'requested_by': 'rg', **values}
        return request_export(**wanted)

    return ask
