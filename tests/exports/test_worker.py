"""The embedded worker makes what was asked for, on both databases."""

from __future__ import annotations

from pathlib import Path

from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind, ExportState
from passerelle_maelis_invoices.models import Export
from passerelle_maelis_invoices.use_cases.request_export import request_export
from tests.builders import a_payment, a_regie, an_invoice
from tests.site import Site


def test_the_worker_makes_exports(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / 'files'
    site.environment['MAELIS_INVOICES_EXPORT_DIR'] = str(folder)
    regie = a_regie('007')
    a_payment(of=an_invoice(regie=regie), state='confirmed', next_attempt_at=None)
    for form in (ExportFormat.PDF, ExportFormat.SPREADSHEET):
        request_export(regie=regie, kind=ExportKind.PAYMENTS, format=form, requested_by='camille')
    site.manage('maelis_worker', '--once')
    made = Export.objects.values_list('state', 'done', 'file')
    assert {(state, done) for state, done, _ in made} == {(ExportState.CREATED, 1)}
    assert {path.name for path in folder.iterdir()} == {file for _, _, file in made}
