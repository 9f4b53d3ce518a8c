"""Record what the portal tells of a payment: durably, at once, and whatever the invoice's state."""

from decimal import Decimal

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from ..domain.attention import Attention, Oddity
from ..domain.invoice import remaining_amount
from ..domain.money import ZERO
from ..domain.notice import PaymentNotice
from ..domain.overlay import paid_amount, paid_elsewhere
from ..domain.overpayment import allot
from ..domain.paris import day_in_paris
from ..domain.payment_states import State
from ..domain.withdrawal import still_shown
from ..errors import StorageError
from ..models import ApiClient, Invoice, Payment, Regie, RejectedNotification


def record_payment(
    *,
    regie: Regie,
    invoice_id: str,
    notice: PaymentNotice,
    client: ApiClient | None,
    actor: str = '',
    reason: str = '',
) -> Payment:
    """Returns once the row is committed; the same transaction for the same invoice returns the same row.

    ``actor`` is who tells, for the journal, and ``reason`` why; the client when it is not said.
    Raises StorageError when the database could not keep it: the caller must then be told to try again.
    """
    same = Payment.objects.told(regie, notice.transaction_id, invoice_id)
    try:
        return same.first() or _insert(Payment(regie=regie, client=client), invoice_id, notice, actor, reason)
    except IntegrityError:
        return same.get()
    except DatabaseError as error:
        raise StorageError(detail=str(error)) from error


def keep_rejected_notification(
    *, regie: Regie, invoice_id: str, client: ApiClient | None, body: str, reason: str
) -> None:
    """Keeps a notification that says too little to be a payment, for a person to read."""
    RejectedNotification.objects.create(
        regie=regie, invoice_id=invoice_id[:250], client=client, body=body, reason=reason
    )


def _insert(payment: Payment, invoice_id: str, notice: PaymentNotice, actor: str, reason: str) -> Payment:
    now = timezone.now()
    payment.invoice_id = invoice_id
    payment.transaction_id = notice.transaction_id
    payment.order_id, payment.bank_transaction_id = notice.order_id, notice.bank_transaction_id
    payment.notification, payment.oddities = notice.raw, [*notice.oddities]
    payment.amount, payment.paid_at = notice.amount, notice.paid_at or now
    payment.received_at = payment.next_attempt_at = now
    payment.state = State.RECORDED
    with transaction.atomic(durable=True):
        # Written before anything is read: on SQLite this takes the write lock, which a read could not be
        # upgraded to; on PostgreSQL the invoice's row is locked below.
        payment.save(force_insert=True)
        _weigh(payment)
        payment.save()
        payment.events.create(
            n=0,
            at=now,
            actor=actor or _name(payment.client),
            event='recorded',
            to_state=payment.state,
            reason=reason,
        )
    return payment


def _weigh(payment: Payment) -> None:
    """How much of it the invoice can take, as far as we know; delivery weighs it again on fresh figures."""
    invoice = (
        Invoice.objects.select_for_update()
        .filter(regie=payment.regie, family_id=payment.family_id, number=payment.invoice_number)
        .first()
    )
    if _amount_is_unusable(payment):
        payment.amount, payment.attention = None, Attention.AMOUNT_UNREADABLE
    elif invoice is None:
        payment.allotted = payment.amount
        payment.oddities.append(Oddity.INVOICE_NOT_READ_YET)
    else:
        _allot(payment, invoice)


def _allot(payment: Payment, invoice: Invoice) -> None:
    rows = payment.others_of_invoice().laid_over()
    others = [other.counted_for(invoice.total) for other in rows]
    withdrawn = [other.withdrawal for other in rows if other.withdrawal]
    maelis_paid = invoice.paid - still_shown(invoice.paid - invoice.paid_at_treasury, withdrawn)
    due = remaining_amount(invoice.total, paid_amount(maelis_paid, others))
    if payment.amount is None and due:
        payment.amount = due
    payment.elsewhere = paid_elsewhere(maelis_paid, others)
    if payment.amount is None:
        # Not nothing: nobody said how much, and a person finds out.
        payment.attention = Attention.NOTHING_DUE
    else:
        _split(payment, payment.amount, due)
    if invoice.vanished_at:
        payment.oddities.append(Oddity.VANISHED_INVOICE)
    if invoice.due_date and invoice.due_date < day_in_paris(payment.paid_at):
        payment.oddities.append(Oddity.PAST_DUE_DATE)
    if _may_be_shown_already(payment, invoice):
        payment.oddities.append(Oddity.TOLD_LATE)


def _split(payment: Payment, amount: Decimal, due: Decimal) -> None:
    split = allot(amount, due)
    payment.allotted = split.allotted
    if split.allotted == ZERO:
        payment.attention = Attention.NOTHING_DUE
    elif split.surplus:
        payment.oddities.append(Oddity.SURPLUS)
    elif amount < due:
        payment.oddities.append(Oddity.PART_PAYMENT)


def _may_be_shown_already(payment: Payment, invoice: Invoice) -> bool:
    """The citizen paid before Maelis said what it says now, and what it says has room for the payment."""
    directly = invoice.figures.paid_directly
    return payment.paid_at < invoice.changed_at and ZERO < (payment.allotted or ZERO) <= directly


def _amount_is_unusable(payment: Payment) -> bool:
    unreadable = Oddity.UNREADABLE_AMOUNT in payment.oddities
    return unreadable or (payment.amount is not None and payment.amount <= ZERO)


def _name(client: ApiClient | None) -> str:
    return client.name if client else 'connecteur'
