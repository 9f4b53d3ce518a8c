"""Write what an export is about into a file, saying how far it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, TypeVar

from django.utils import timezone

from ..documents.tables import TABLES, Listing
from ..documents.write import write_credit_notes, write_invoices, write_listing
from ..domain.export import WITH_DOCUMENTS, ExportFormat, ExportKind
from ..models.credit_note import REFUND_LABELS
from ..models.ledger_entry import KIND_LABELS as LEDGER_LABELS
from ..models.ledger_entry import MEANS_LABELS
from ..models.payment import ATTENTION_LABELS, STATE_LABELS
from ..models.reconciliation import KIND_LABELS as DISCREPANCY_LABELS
from .export_documents import read_credit_note_documents, read_invoice_documents
from .export_rows import read_rows
from .export_scope import Scope, keys_of
from .letterhead import letterhead
from .write_ledger import write_ledger

Item = TypeVar('Item')
#: Called with what is done and what there is in all; may raise to stop.
Progress = Callable[[int, int], None]
#: Formats in which an invoice is a document, not a line in a table.
DOCUMENTS = (ExportFormat.PDF, ExportFormat.XML, ExportFormat.FACTUR_X)


def write_export(scope: Scope, out: BinaryIO, *, progress: Progress) -> int:
    """Returns the number of rows found. A ledger is brought up to date first. No transaction may be open."""
    if scope.kind is ExportKind.LEDGER:
        write_ledger(scope.regie)
    keys = keys_of(scope)
    progress(0, len(keys))
    if scope.kind in WITH_DOCUMENTS and scope.format in DOCUMENTS:
        _write_documents(scope, keys, out, progress)
    else:
        rows = _followed(read_rows(scope, keys), len(keys), progress)
        write_listing(_listing(scope), rows, out, scope.format)
    return len(keys)


def _write_documents(scope: Scope, keys: Sequence[int], out: BinaryIO, progress: Progress) -> None:
    head, now = letterhead(scope.regie), timezone.now()
    if scope.kind is ExportKind.INVOICES:
        invoices = _followed(read_invoice_documents(scope, keys, head), len(keys), progress)
        write_invoices(invoices, out, scope.format, made_at=now)
    else:
        notes = _followed(read_credit_note_documents(scope, keys, head), len(keys), progress)
        write_credit_notes(notes, out, scope.format, made_at=now)


def _followed(items: Iterable[Item], total: int, progress: Progress) -> Iterator[Item]:
    for done, item in enumerate(items, start=1):
        yield item
        progress(done, total)


def _listing(scope: Scope) -> Listing:
    return Listing(
        TABLES[scope.kind],
        connector=scope.regie.connector.slug,
        regie_code=scope.regie.code,
        regie_label=scope.regie.label,
        made_at=timezone.now(),
        first_day=scope.first_day,
        last_day=scope.last_day,
        family_id=scope.family_id,
        words={name: _words(labels) for name, labels in WORDS[scope.kind].items()},
    )


def _words(labels: Mapping[Any, str]) -> Mapping[str, str]:
    return {str(code): label for code, label in labels.items()}


WORDS: dict[ExportKind, dict[str, Mapping[Any, str]]] = {
    ExportKind.INVOICES: {},
    ExportKind.CREDIT_NOTES: {'refund': REFUND_LABELS},
    ExportKind.PAYMENTS: {'state': STATE_LABELS, 'attention': ATTENTION_LABELS},
    ExportKind.LEDGER: {'kind': LEDGER_LABELS, 'means': MEANS_LABELS},
    ExportKind.RECONCILIATION: {'kind': DISCREPANCY_LABELS},
}
