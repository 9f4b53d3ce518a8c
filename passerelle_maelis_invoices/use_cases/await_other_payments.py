"""One payment of an invoice at a time: the next one waits until the fate of the others shows.

Maelis shows one figure for all of them. Two payments of the same amount, one of them accepted but not shown
yet, the other one's answer lost: when the figure moves, nobody could tell whose money it shows.
"""

from django.db.models import Q

from ..domain.payment_states import NOT_SENT, State
from ..errors import NeverLeft
from ..models import Payment

#: Accepted, not shown yet; or sent once, not found, and not sent again so far.
UNSETTLED = Q(state=State.DELIVERED) | Q(state__in=NOT_SENT, baseline__isnull=False)


def await_other_payments(payment: Payment) -> None:
    """Raises NeverLeft while another payment of the invoice may still move its figure."""
    others = Payment.objects.of_invoices(payment.regie, [payment.invoice_number]).exclude(pk=payment.pk)
    if others.filter(UNSETTLED, family_id=payment.family_id).exists():
        raise NeverLeft(detail='another payment of this invoice is not shown yet')
