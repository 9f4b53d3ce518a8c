"""Take a payment for one worker, by one conditional UPDATE that is committed before anything is sent."""

from datetime import timedelta

from django.db import IntegrityError, OperationalError
from django.utils import timezone

from ..domain.payment_states import Event
from ..models import LeaseLost, Payment
from ..settings import app_settings

#: Pause before a payment whose invoice has another one in flight is looked at again.
AFTER_THE_OTHER = timedelta(seconds=5)
#: PostgreSQL's codes for transactions of which only one may go on: a deadlock, or no order that fits both.
ONLY_ONE_GOES_ON = ('40P01', '40001')


def claim_payment(payment: Payment, *, actor: str) -> bool:
    """False when another worker was quicker, or while another payment of the same invoice is in flight."""
    now = timezone.now()
    lease = now + timedelta(seconds=app_settings().LEASE)
    try:
        payment.apply(Event.CLAIMED, actor=actor, at=now, lease_until=lease)
    except LeaseLost:
        return False
    except IntegrityError:
        _put_off(payment)
        return False
    except OperationalError as error:
        if not _another_went_on(error):
            raise
        _put_off(payment)
        return False
    return True


def _another_went_on(error: OperationalError) -> bool:
    """Workers that claim two payments of one invoice may wait for one another; nothing was written."""
    cause = error.__cause__
    sqlstate = getattr(cause, 'sqlstate', None) or getattr(cause, 'pgcode', None)
    return sqlstate in ONLY_ONE_GOES_ON


def _put_off(payment: Payment) -> None:
    untouched = Payment.objects.filter(pk=payment.pk, fence=payment.fence)
    untouched.update(next_attempt_at=timezone.now() + AFTER_THE_OTHER)
