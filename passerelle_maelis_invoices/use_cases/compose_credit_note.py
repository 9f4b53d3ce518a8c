"""A credit note as a document."""

from ..documents.document import CreditNoteDocument
from ..documents.french import day_text, euros
from ..domain.paris import day_in_paris
from ..models import CreditNote, Invoice
from .compose_invoice import payer_of
from .letterhead import Letterhead, letterhead


def compose_credit_note(note: CreditNote, head: Letterhead | None = None) -> CreditNoteDocument:
    """``head`` is read when it is not given; ``regie__connector`` and ``payment`` when they were not."""
    head = head or letterhead(note.regie)
    payment = note.payment
    invoice = Invoice.objects.filter(regie=note.regie, number=payment.invoice_number).first()
    own = invoice if invoice and invoice.family_id == payment.family_id else None
    values = {
        'number': note.number,
        'amount': euros(note.amount),
        'day': day_text(day_in_paris(note.issued_at)),
        'invoice_number': payment.invoice_number,
        'family_id': payment.family_id,
        'reason': note.reason,
    }
    return CreditNoteDocument(
        number=note.number,
        day=day_in_paris(note.issued_at),
        sender=head.sender,
        payer=payer_of(own.bean if own else {}, payment.family_id),
        amount=note.amount,
        reason=note.reason,
        invoice_number=payment.invoice_number,
        invoice_day=own.invoice_date if own else None,
        transaction_id=payment.transaction_id,
        notes=head.notes('credit_note', values),
    )
