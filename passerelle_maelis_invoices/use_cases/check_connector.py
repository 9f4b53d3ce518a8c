"""How a connector is doing: for the portal's status check, for monitoring, and for its administrator.

Red means that the machine does not do its work: Maelis is out of reach, or payments wait for too long.
What waits for a person is a warning, since it may rightly wait until Monday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from django.db.models import Min
from django.utils import timezone

from ..domain.attention import Attention
from ..domain.payment_states import State
from ..errors import ConnectorError
from ..models import Connector, Payment, Reachability
from ..models.payment import PaymentQuerySet
from ..settings import app_settings
from .list_outages import list_outages, outages_in_words
from .read_regies import read_regies

ON_THE_WAY = (State.RECORDED, State.SENDING, State.UNCERTAIN)
#: Name of the check that tells of interruptions.
OUTAGES = 'outages'
GIVEN_UP = (Attention.REFUSED, Attention.OUT_OF_PATIENCE)


class Level(IntEnum):
    """In order of gravity; the numbers are the exit statuses of Nagios plugins."""

    OK = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    level: Level
    message: str

    @property
    def ok(self) -> bool:
        """A warning is no failure."""
        return self.level is not Level.CRITICAL


@dataclass(frozen=True, slots=True)
class Status:
    checks: tuple[Check, ...]

    @property
    def level(self) -> Level:
        return max(check.level for check in self.checks)

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)


def connector_status(connector: Connector) -> Status:
    """Asks Maelis within the connector's deadline and looks at the payments. Never raises ConnectorError."""
    return Status((_maelis_answers(connector), *local_status(connector).checks))


def local_status(connector: Connector) -> Status:
    """The same without any call to Maelis."""
    return Status(tuple(_local_checks(connector)))


def _maelis_answers(connector: Connector) -> Check:
    try:
        found = read_regies(connector=connector, seconds=connector.deadline)
    except ConnectorError as error:
        return Check('maelis', Level.CRITICAL, str(error))
    return Check('maelis', Level.OK, f'Maelis répond ({_counted(len(found), "régie")}).')


def _local_checks(connector: Connector) -> Iterator[Check]:
    payments = Payment.objects.filter(regie__connector=connector)
    yield _regies(connector)
    yield _late_payments(payments)
    yield _payments_for_a_person(payments)
    yield _payments_given_up(payments)
    yield _outages(connector)


def _regies(connector: Connector) -> Check:
    active = connector.regies.filter(active=True).count()
    if active:
        return Check('regies', Level.OK, f'{_counted(active, "régie active", "régies actives")}.')
    return Check('regies', Level.WARNING, 'Aucune régie active : importez les régies de Maelis.')


def _late_payments(payments: PaymentQuerySet) -> Check:
    """A payment held back for a person is not late: the worker may not send it."""
    waiting = payments.filter(state__in=ON_THE_WAY, attention='')
    oldest = waiting.aggregate(oldest=Min('received_at'))['oldest']
    threshold = timedelta(seconds=app_settings().LATE_PAYMENT_THRESHOLD)
    if oldest is None or timezone.now() - oldest <= threshold:
        return Check('late-payments', Level.OK, 'Aucun règlement en retard.')
    since = timezone.localtime(oldest)
    return Check(
        'late-payments',
        Level.CRITICAL,
        f'{_counted(waiting.count(), "règlement attend", "règlements attendent")} d’être transmis à Maelis, '
        f'le plus ancien depuis le {since:%d/%m/%Y à %H:%M} : vérifiez que maelis_worker fonctionne.',
    )


def _payments_for_a_person(payments: PaymentQuerySet) -> Check:
    waiting = payments.counted().exclude(attention='').exclude(attention__in=GIVEN_UP).count()
    if not waiting:
        return Check('attention', Level.OK, 'Aucun règlement à examiner.')
    return Check('attention', Level.WARNING, f'{_counted(waiting, "règlement")} à examiner.')


def _payments_given_up(payments: PaymentQuerySet) -> Check:
    given_up = payments.counted().filter(attention__in=GIVEN_UP).count()
    if not given_up:
        return Check('dead-letters', Level.OK, 'Aucun règlement abandonné.')
    return Check(
        'dead-letters',
        Level.WARNING,
        f'{_counted(given_up, "règlement refusé ou abandonné", "règlements refusés ou abandonnés")}, '
        'à reprendre à la main.',
    )


def _outages(connector: Connector) -> Check:
    """What is over is no failure, but there may be payments to replay."""
    words = outages_in_words(list_outages(connector=connector))
    down = Reachability.objects.filter(connector=connector, open_until__isnull=False).first()
    if down is None:
        return Check(OUTAGES, Level.OK, words)
    ails = f'{down.in_words}. {down.last_error}'.strip()
    return Check(OUTAGES, Level.CRITICAL, f'{ails} {words}')


def _counted(count: int, one: str, many: str = '') -> str:
    return f'{count} {one}' if count == 1 else f'{count} {many or one + "s"}'
