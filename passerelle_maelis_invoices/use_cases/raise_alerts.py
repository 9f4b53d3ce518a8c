"""Open an alert for each incident found, once, and close it when it is over."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from ..domain.incident import Incident, IncidentKind
from ..models import Alert, Connector, Telling
from .find_incidents import find_incidents

logger = logging.getLogger(__name__)
#: An incident is over when it was not seen for this long: one that comes and goes is one.
CALM = timedelta(minutes=1)
#: Incidents that are over when they are found: people are told once.
WITHOUT_END = (IncidentKind.CONNECTOR_WAS_DOWN, IncidentKind.EXPORT_FAILED)


def raise_alerts(*, connector: Connector) -> None:
    """Only writes rows: ``tell_alerts`` sends what is to be said. Two processes give way to one another."""
    with transaction.atomic():
        _one_process_at_a_time(connector)
        now = timezone.now()
        seen = [
            _open_or_keep(connector, incident, now)
            for incident in find_incidents(connector=connector, now=now)
        ]
        for alert in _open_alerts(connector).exclude(pk__in=seen):
            _close_when_calm(connector, alert, now)


def _one_process_at_a_time(connector: Connector) -> None:
    """An UPDATE that changes nothing: it locks the row, or with SQLite the database, until the end."""
    Connector.objects.filter(pk=connector.pk).update(title=F('title'))


def _open_alerts(connector: Connector) -> QuerySet[Alert]:
    return Alert.objects.filter(connector=connector, closed_at__isnull=True)


def _open_or_keep(connector: Connector, incident: Incident, now: datetime) -> int:
    """The alert's primary key."""
    alert = _open_alerts(connector).filter(kind=incident.kind, subject=incident.subject).first()
    if alert is None:
        return _open(connector, incident, now)
    if alert.message != incident.message or alert.unseen_since:
        Alert.objects.filter(pk=alert.pk).update(message=incident.message, unseen_since=None)
    return alert.pk


def _open(connector: Connector, incident: Incident, now: datetime) -> int:
    alert = Alert.objects.create(
        connector=connector,
        kind=incident.kind,
        subject=incident.subject,
        message=incident.message,
        opened_at=now,
    )
    alert.payments.set(incident.payment_ids)
    _to_tell(connector, alert, Telling.OPENED, now)
    logger.warning('%s: alert %s (%s)', connector.slug, alert.pk, incident.kind)
    return alert.pk


def _close_when_calm(connector: Connector, alert: Alert, now: datetime) -> None:
    if alert.unseen_since is None:
        Alert.objects.filter(pk=alert.pk).update(unseen_since=now)
    elif now - alert.unseen_since >= CALM:
        Alert.objects.filter(pk=alert.pk).update(closed_at=now)
        if alert.kind not in WITHOUT_END:
            _to_tell(connector, alert, Telling.CLOSED, now)


def _to_tell(connector: Connector, alert: Alert, news: str, now: datetime) -> None:
    ways = {Telling.EMAIL: connector.alert_emails, Telling.WEBHOOK: connector.alert_webhook}
    Telling.objects.bulk_create(
        Telling(alert=alert, news=news, by=by, next_attempt_at=now)
        for by, address in ways.items()
        if address.strip()
    )
