"""What became of the money of some days: every accepted euro in exactly one place."""

from collections import defaultdict
from datetime import date, timedelta

from ..domain.balance import Accepted, Balance, balance
from ..domain.money import ZERO
from ..domain.paris import day_in_paris, start_of_day
from ..domain.payment_states import State
from ..models import Payment, Regie
from ..models.payment import PaymentQuerySet


def balance_by_day(*, regie: Regie, first_day: date, last_day: date) -> dict[date, Balance]:
    """By the day on which the payments were accepted; those whose amount is unknown are nowhere yet."""
    days: dict[date, list[Accepted]] = defaultdict(list)
    payments = accepted_payments(regie, first_day, last_day).filter(amount__isnull=False)
    for payment in payments.select_related('credit_note').iterator():
        days[day_in_paris(payment.received_at)].append(_accepted(payment))
    return {day: balance(of_day) for day, of_day in sorted(days.items())}


def accepted_payments(regie: Regie, first_day: date, last_day: date) -> PaymentQuerySet:
    """Recorded on those days, in Paris."""
    end = start_of_day(last_day + timedelta(days=1))
    return Payment.objects.filter(regie=regie, received_at__gte=start_of_day(first_day), received_at__lt=end)


def _accepted(payment: Payment) -> Accepted:
    assert payment.amount is not None  # noqa: S101 - see balance_by_day
    note = getattr(payment, 'credit_note', None)
    return Accepted(
        state=State(payment.state),
        attention=payment.attention,
        amount=payment.amount,
        surplus=payment.surplus or ZERO,
        credited=note.amount if note else ZERO,
    )
