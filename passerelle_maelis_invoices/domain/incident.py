"""What a person is alerted to."""

from dataclasses import dataclass
from enum import StrEnum

from .attention import Attention


class IncidentKind(StrEnum):
    LATE_PAYMENTS = 'late-payments'
    MAELIS_DOWN = 'maelis-down'
    #: It is up again, but what the portal told it meanwhile may be missing.
    CONNECTOR_WAS_DOWN = 'connector-was-down'
    REJECTED_NOTIFICATIONS = 'rejected-notifications'
    #: Its answers have other elements than we know.
    DRIFT = 'drift'
    #: It answered with somebody else's invoices.
    FOREIGN_INVOICES = 'foreign-invoices'
    EXPORT_FAILED = 'export-failed'
    #: The nightly refresh was given up, or does not run any more.
    REFRESH_STALLED = 'refresh-stalled'


@dataclass(frozen=True, slots=True)
class Incident:
    """``message`` is a sentence in French; ``subject`` tells two incidents of one kind apart."""

    kind: IncidentKind | Attention
    message: str
    subject: str = ''
    payment_ids: tuple[int, ...] = ()
