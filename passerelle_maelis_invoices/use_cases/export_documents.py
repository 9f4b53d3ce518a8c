"""What an export has a document for, one after another."""

from collections.abc import Iterator, Sequence

from ..documents.document import CreditNoteDocument, InvoiceDocument
from .compose_credit_note import compose_credit_note
from .compose_invoice import compose_invoice
from .export_scope import Scope
from .export_sources import chunks, credit_notes, shown_invoices
from .letterhead import Letterhead


def read_invoice_documents(scope: Scope, keys: Sequence[int], head: Letterhead) -> Iterator[InvoiceDocument]:
    for chunk in chunks(keys):
        for shown, bean in shown_invoices(scope.regie, chunk):
            yield compose_invoice(shown, bean, head)


def read_credit_note_documents(
    scope: Scope, keys: Sequence[int], head: Letterhead
) -> Iterator[CreditNoteDocument]:
    for chunk in chunks(keys):
        for note in credit_notes(chunk):
            yield compose_credit_note(note, head)
