"""Write down how far the refund of a credit note is; the money itself moves elsewhere."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from ..domain.credit_note import REFUND_STEPS, Refund
from ..domain.paris import day_in_paris
from ..errors import BadRequest
from ..models import CreditNote, RefundStep


def record_refund_done(note: CreditNote, *, done_on: date, reference: str, actor: str) -> RefundStep:
    """``reference`` is the transfer's; raises BadRequest when it is not to be done, or dated tomorrow."""
    if not reference.strip():
        raise BadRequest('Indiquez la référence du remboursement.')
    if done_on > day_in_paris(timezone.now()):
        raise BadRequest('La date du remboursement est dans le futur.')
    return _step(note, Refund.DONE, actor, done_on=done_on, reference=reference.strip())


def record_refund_returned(note: CreditNote, *, reason: str, actor: str) -> RefundStep:
    """The transfer came back: it is to be done again; raises BadRequest without a reason, or if not done."""
    if not reason.strip():
        raise BadRequest('Indiquez pourquoi le remboursement est à refaire.')
    return _step(note, Refund.TO_DO, actor, reason=reason.strip())


def _step(note: CreditNote, progress: Refund, actor: str, **columns: object) -> RefundStep:
    last = note.last_step
    if progress not in REFUND_STEPS[Refund(last.progress)]:
        raise BadRequest(f'Le remboursement est « {last.get_progress_display()} ».')
    try:
        with transaction.atomic():
            return note.refund_steps.create(
                n=last.n + 1, progress=progress, at=timezone.now(), actor=actor, **columns
            )
    except IntegrityError:
        raise BadRequest('Le remboursement vient d’être noté ailleurs ; rechargez la page.') from None
