"""What deserves an alert now, read off the rows; asks nobody."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..domain.french import counted, duration, moment
from ..domain.incident import Incident, IncidentKind
from ..models import Connector, Outage, Reachability, RejectedNotification
from ..settings import app_settings
from .check_connector import local_status
from .find_drift import find_drift
from .find_failed_exports import find_failed_exports
from .find_payments_for_a_person import find_payments_for_a_person
from .find_stalled_refresh import find_stalled_refresh
from .list_outages import is_worth_a_replay

#: The portal repeats a notification once a minute: an hour without any is the end of an incident.
REJECTIONS_LAST = timedelta(hours=1)
#: How long an outage of ours is news once it is over.
OUTAGES_ARE_NEWS_FOR = timedelta(days=1)


def find_incidents(*, connector: Connector, now: datetime) -> Iterator[Incident]:
    """Each incident has the same kind and subject at every look, as long as it lasts."""
    yield from _late_payments(connector)
    yield from _maelis_down(connector, now)
    yield from _connector_was_down(now)
    yield from _rejected_notifications(connector, now)
    yield from find_payments_for_a_person(connector=connector, now=now)
    yield from find_drift(connector=connector, now=now)
    yield from find_failed_exports(connector=connector, now=now)
    yield from find_stalled_refresh(connector=connector, now=now)


def _late_payments(connector: Connector) -> Iterator[Incident]:
    """The very check that turns the health red."""
    for check in local_status(connector).checks:
        if check.name == IncidentKind.LATE_PAYMENTS and not check.ok:
            yield Incident(IncidentKind.LATE_PAYMENTS, check.message)


def _maelis_down(connector: Connector, now: datetime) -> Iterator[Incident]:
    enough = now - timedelta(seconds=app_settings().DOWN_THRESHOLD)
    rows = Reachability.objects.filter(connector=connector, open_until__isnull=False)
    for row in rows.filter(failing_since__lte=enough):
        assert row.failing_since is not None  # noqa: S101 - filtered
        words = f'{row.in_words} depuis le {moment(row.failing_since)}. {row.last_error}'
        yield Incident(IncidentKind.MAELIS_DOWN, words.strip())


def _connector_was_down(now: datetime) -> Iterator[Incident]:
    recent = Outage.objects.filter(who=Outage.CONNECTOR, ended_at__gt=now - OUTAGES_ARE_NEWS_FOR)
    for outage in recent.order_by('began_at'):
        if is_worth_a_replay(outage.began_at, outage.ended_at):
            length = duration(outage.ended_at - outage.began_at)
            yield Incident(
                IncidentKind.CONNECTOR_WAS_DOWN,
                f'La passerelle n’a pas répondu pendant {length}, '
                f'du {moment(outage.began_at)} au {moment(outage.ended_at)}.',
                subject=str(outage.pk),
            )


def _rejected_notifications(connector: Connector, now: datetime) -> Iterator[Incident]:
    rejected = RejectedNotification.objects.unsettled().filter(
        regie__connector=connector, received_at__gt=now - REJECTIONS_LAST
    )
    last = rejected.order_by('-received_at').first()
    if last is not None:
        many = counted(
            rejected.count(),
            'notification de paiement illisible reçue',
            'notifications de paiement illisibles reçues',
        )
        yield Incident(
            IncidentKind.REJECTED_NOTIFICATIONS,
            f'{many} depuis une heure, la dernière le {moment(last.received_at)} : {last.reason}',
        )
