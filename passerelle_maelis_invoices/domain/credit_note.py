"""Credit notes (avoirs): when a payment's surplus is certain, and how its refund goes on."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ..errors import BadRequest
from .attention import Attention
from .money import ZERO
from .payment_states import State

#: Set aside before anything was sent, because no invoice takes the money.
TAKEN_BY_NO_INVOICE = (Attention.NOTHING_DUE, Attention.UNKNOWN_INVOICE)


class Refund(StrEnum):
    TO_DO = 'to-do'
    DONE = 'done'
    CANCELLED = 'cancelled'


#: A transfer that comes back is to be done again; a cancelled credit note never is.
REFUND_STEPS: dict[Refund, tuple[Refund, ...]] = {
    Refund.TO_DO: (Refund.DONE, Refund.CANCELLED),
    Refund.DONE: (Refund.TO_DO,),
    Refund.CANCELLED: (),
}


@dataclass(frozen=True, slots=True)
class Overpaid:
    """A payment, as far as its surplus is concerned; ``None`` where an amount is not known."""

    state: State
    attention: str
    amount: Decimal | None
    surplus: Decimal | None


def amount_to_credit(payment: Overpaid) -> Decimal:
    """The whole surplus, once nothing can change it any more; raises BadRequest with the reason if not."""
    if payment.amount is None:
        raise BadRequest('Le montant de ce règlement n’est pas connu.')
    if payment.state is State.RECORDED and payment.attention in TAKEN_BY_NO_INVOICE:
        return payment.amount
    if payment.state not in (State.DELIVERED, State.CONFIRMED):
        raise BadRequest('Le trop-perçu n’est certain qu’une fois le règlement transmis à Maelis.')
    if not payment.surplus or payment.surplus <= ZERO:
        raise BadRequest('Ce règlement n’a pas de trop-perçu.')
    return payment.surplus


def credit_note_number(regie_code: str, year: int, n: int) -> str:
    """
    >>> credit_note_number('007', 2026, 12)
    'AV-007-2026-00012'
    """
    return f'AV-{regie_code}-{year}-{n:05d}'
