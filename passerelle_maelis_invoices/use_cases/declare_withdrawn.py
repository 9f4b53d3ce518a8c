"""A person saw that Maelis does not hold a reversed payment any more: its figure is believed again."""

from django.utils import timezone

from ..errors import BadRequest
from ..models import Payment

#: In its journal; no step of the payment, which is ended.
EVENT = 'withdrawn'


def declare_withdrawn_from_maelis(payment: Payment, *, actor: str, reason: str) -> None:
    """Raises BadRequest without a reason, or unless Maelis accepted it, and may show it although reversed.

    Readings of Maelis do the same when its figure falls by the amount. Raises LeaseLost.
    """
    if not reason.strip():
        raise BadRequest('Indiquez comment vous le savez.')
    if payment.withdrawal is None:
        raise BadRequest('Ce règlement n’est pas un règlement annulé que Maelis montre encore.')
    now = timezone.now()
    payment.journal(EVENT, actor=actor, at=now, reason=reason.strip(), withdrawn_at=now)
