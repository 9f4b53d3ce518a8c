"""A person saw that Maelis does not hold a reversed payment any more: its figure is believed again."""

from django.utils import timezone

from ..errors import BadRequest
from ..models import Payment


def declare_withdrawn_from_maelis(payment: Payment) -> None:
    """Raises BadRequest unless it is a reversed payment that Maelis accepted and may still show.

    No step of the payment: it is ended. Readings of Maelis do the same when its figure falls by the amount.
    """
    if not Payment.objects.withdrawn().filter(pk=payment.pk).update(withdrawn_at=timezone.now()):
        raise BadRequest('Ce règlement n’est pas un règlement annulé que Maelis montre encore.')
