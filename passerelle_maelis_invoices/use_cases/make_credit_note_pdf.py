from ..documents.write import credit_note_bytes
from ..models import CreditNote
from .compose_credit_note import compose_credit_note


def make_credit_note_pdf(note: CreditNote) -> bytes:
    """Raises MisconfiguredConnector where the libraries of documents are not installed."""
    return credit_note_bytes(compose_credit_note(note))
