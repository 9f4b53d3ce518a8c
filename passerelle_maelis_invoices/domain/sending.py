"""What to send of a payment, on figures that Maelis gave just now; or why not to send it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .invoice import InvoiceFigures, remaining_amount
from .money import ZERO
from .overlay import CountedPayment, paid_amount, paid_elsewhere
from .readback import Verdict, verdict
from .withdrawal import Withdrawn, still_shown


class Unsendable(StrEnum):
    #: An earlier try of ours is there after all.
    FOUND = 'found'
    #: Money came that may be this payment: sending it could pay twice.
    UNDECIDED = 'undecided'
    NOTHING_DUE = 'nothing-due'


@dataclass(frozen=True, slots=True)
class Try:
    """An earlier call whose fate may still show: what it sent, and what Maelis showed as paid before it."""

    sent: Decimal
    baseline: Decimal
    #: Maelis may have removed a reversed payment since, so that an unmoved figure proves nothing.
    may_be_hidden: bool = False
    #: Another payment, which Maelis holds without showing it, may appear at any time.
    beside_one_not_shown: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A payment about to be sent."""

    #: ``None``: what is due.
    allotted: Decimal | None
    #: Money from elsewhere known when it was recorded; ``None`` when the invoice was not known then.
    elsewhere: Decimal | None
    earlier: Try | None = None


@dataclass(frozen=True, slots=True)
class ToSend:
    #: No more than what is due; less than ``allotted`` where something was paid meanwhile.
    amount: Decimal
    allotted: Decimal
    elsewhere: Decimal


def what_to_send(
    payment: Candidate,
    figures: InvoiceFigures,
    others: Sequence[CountedPayment],
    withdrawn: Sequence[Withdrawn] = (),
) -> ToSend | Unsendable:
    """``others`` are our other payments of the invoice that Maelis may hold.

    ``withdrawn`` are its reversed payments that Maelis may still show.
    """
    if payment.earlier is not None:
        if payment.earlier.beside_one_not_shown:
            return Unsendable.UNDECIDED
        fate = verdict(
            before=payment.earlier.baseline, after=figures.paid_directly, amount=payment.earlier.sent
        )
        if fate is not Verdict.ABSENT:
            return Unsendable(fate.value)
        if payment.earlier.may_be_hidden:
            return Unsendable.UNDECIDED
    maelis_paid = figures.paid - still_shown(figures.paid_directly, withdrawn)
    elsewhere = paid_elsewhere(maelis_paid, others)
    if _may_be_there_already(payment, elsewhere):
        return Unsendable.UNDECIDED
    due = remaining_amount(figures.total, paid_amount(maelis_paid, others))
    allotted = due if payment.allotted is None else payment.allotted
    if min(allotted, due) <= ZERO:
        return Unsendable.NOTHING_DUE
    return ToSend(min(allotted, due), allotted, max(elsewhere, payment.elsewhere or ZERO))


def _may_be_there_already(payment: Candidate, elsewhere: Decimal) -> bool:
    """Maelis shows at least the payment's amount more than when it was recorded, though we never sent it.

    Somebody paid at the counter, or our database was restored from before the payment was sent.
    """
    if payment.elsewhere is None or not payment.allotted or payment.earlier is not None:
        return False
    return elsewhere - payment.elsewhere >= payment.allotted
