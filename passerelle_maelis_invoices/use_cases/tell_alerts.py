"""Send what is to be said of alerts, by e-mail and to a webhook, until it is said."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db.models import Exists, F, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from ..domain.french import duration, moment
from ..domain.retry_schedule import pause_after_failure
from ..models import Alert, Connector, Telling
from .post_webhook import post_webhook
from .put_back_payment import CHANCE

logger = logging.getLogger(__name__)
#: How long one process has for one message; after that another one takes it for dead, and sends.
LEASE = timedelta(minutes=5)
#: About a day of tries; the alert itself stays in the admin.
MOST_TRIES = 60
TEMPLATES = 'passerelle_maelis_invoices/alerts'


def tell_alerts(*, connector: Connector) -> None:
    """Sends what is due. No transaction may be open: mail servers and webhooks are waited for here.

    A way that failed once is left alone until the next look: the other connectors wait.
    """
    broken: set[str] = set()
    for telling in _due(connector, timezone.now()):
        telling.alert.connector = connector
        if telling.by not in broken and _claim(telling) and not _tell(telling):
            broken.add(telling.by)


def _due(connector: Connector, now: datetime) -> QuerySet[Telling]:
    """The end of an incident is not told before its beginning; what failed often comes last."""
    beginning = Telling.objects.filter(
        alert=OuterRef('alert'), by=OuterRef('by'), news=Telling.OPENED, told_at__isnull=True
    )
    due = Telling.objects.filter(
        alert__connector=connector, told_at__isnull=True, next_attempt_at__lte=now, failures__lt=MOST_TRIES
    )
    return (
        due.exclude(Exists(beginning), news=Telling.CLOSED).select_related('alert').order_by('failures', 'pk')
    )


def _claim(telling: Telling) -> bool:
    """One conditional UPDATE, committed before anything is sent: of two processes, one sends."""
    mine = Telling.objects.filter(
        pk=telling.pk, told_at__isnull=True, next_attempt_at=telling.next_attempt_at
    )
    return bool(mine.update(next_attempt_at=timezone.now() + LEASE, failures=F('failures') + 1))


def _tell(telling: Telling) -> bool:
    try:
        WAYS[telling.by](telling)
    except Exception as error:
        logger.warning('alert %s could not be told by %s: %s', telling.alert_id, telling.by, error)
        pause = pause_after_failure(telling.failures + 1, CHANCE)
        Telling.objects.filter(pk=telling.pk).update(
            next_attempt_at=timezone.now() + pause, last_error=f'{type(error).__name__}: {error}'
        )
        return False
    Telling.objects.filter(pk=telling.pk).update(told_at=timezone.now(), next_attempt_at=None, last_error='')
    return True


def _by_email(telling: Telling) -> None:
    addresses = telling.alert.connector.alert_emails.replace(',', '\n').split()
    if addresses:
        EmailMessage(_subject(telling), _text(telling), to=addresses).send()


def _by_webhook(telling: Telling) -> None:
    address = telling.alert.connector.alert_webhook
    if address:
        key = {'Idempotency-Key': f'alert-{telling.alert_id}-{telling.news}'}
        post_webhook(address, _facts(telling), key)


WAYS: dict[str, Callable[[Telling], None]] = {Telling.EMAIL: _by_email, Telling.WEBHOOK: _by_webhook}


def _subject(telling: Telling) -> str:
    return ' '.join(_render('subject.txt', telling).split())


def _text(telling: Telling) -> str:
    return _render(f'{telling.news}.txt', telling)


def _facts(telling: Telling) -> dict[str, object]:
    alert = telling.alert
    return {
        'event': telling.news,
        'id': alert.pk,
        'connector': alert.connector.slug,
        'kind': alert.kind,
        'message': alert.message,
        'opened_at': alert.opened_at.isoformat(),
        'closed_at': alert.closed_at and alert.closed_at.isoformat(),
        'subject': _subject(telling),
        'text': _text(telling),
    }


def _render(name: str, telling: Telling) -> str:
    alert = telling.alert
    with translation.override('fr'):
        return render_to_string(f'{TEMPLATES}/{name}', _context(alert, telling.news))


def _context(alert: Alert, news: str) -> dict[str, object]:
    return {
        'alert': alert,
        'connector': alert.connector,
        'over': news == Telling.CLOSED,
        'advice': f'{TEMPLATES}/advice/{alert.kind}.txt',
        'began': moment(alert.opened_at),
        'ended': alert.closed_at and moment(alert.closed_at),
        'lasted': alert.closed_at and duration(alert.closed_at - alert.opened_at),
    }
