"""Every setting of the product, with its unit and default.

A site overrides one with ``MAELIS_INVOICES_<NAME>`` in its Django settings.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import time
from functools import cache
from pathlib import Path
from tempfile import gettempdir

from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.dispatch import receiver

PREFIX = 'MAELIS_INVOICES_'


@dataclass(frozen=True, slots=True)
class Settings:
    #: Keys that encrypt secrets at rest, newest first; derived from SECRET_KEY and its fallbacks when empty.
    ENCRYPTION_KEYS: Sequence[str] = ()
    #: Seconds that a signed request's timestamp may be away from our clock, both ends included.
    SIGNATURE_WINDOW: int = 30
    #: Refuse a signed request whose nonce was already seen for its caller.
    CHECK_NONCES: bool = True
    #: Largest body that a payment notification may have, in bytes.
    MAX_NOTIFICATION_SIZE: int = 256 * 1024
    #: Largest SOAP answer, in bytes, once uncompressed.
    MAX_ANSWER_SIZE: int = 16 * 1024 * 1024
    #: Largest PDF, in bytes.
    MAX_PDF_SIZE: int = 50 * 1024 * 1024
    #: Folder for the copies of WSDL files; private to the process's user.
    WSDL_DIR: str = field(default_factory=lambda: str(Path(gettempdir()) / 'passerelle-maelis-invoices-wsdl'))
    #: Seconds that a call that sends a payment may take: longer than a read, since nobody waits for it.
    PAY_DEADLINE: float = 20.0
    #: Seconds that getInvoicePDF may take: a citizen waits, and there is no local copy to fall back on.
    PDF_DEADLINE: float = 10.0
    #: Seconds that a worker owns a payment that it claimed; must outlast PAY_DEADLINE by far.
    LEASE: float = 120.0
    #: Seconds that an idle worker waits before it looks for due payments again.
    WORKER_PAUSE: float = 2.0
    #: When the cluster begins the nightly refresh, in Paris, as hours and minutes; empty: never.
    REFRESH_AT: str = '01:30'
    #: Batches of one connector's refresh that the cluster has in hand at once, all machines together.
    REFRESH_SLOTS: int = 2
    #: Calls of such a refresh that are open at once, all its slots together.
    REFRESH_CONCURRENCY: int = 4
    #: Seconds without a sign of life after which another process may go on with a refresh.
    REFRESH_LEASE: float = 30.0
    #: Seconds after which a payment not yet delivered turns the health check red.
    LATE_PAYMENT_THRESHOLD: int = 3600
    #: Seconds that Maelis may be out of reach before people are alerted.
    DOWN_THRESHOLD: int = 300
    #: Folder for the files of exports, private to the processes' user; see also STORAGES['maelis_exports'].
    EXPORT_DIR: str = field(
        default_factory=lambda: str(Path(gettempdir()) / 'passerelle-maelis-invoices-exports')
    )
    #: Days that the file of an export can be downloaded.
    EXPORT_DAYS: int = 7
    #: Let a thread of each web process write that it lives, so that an outage of ours is known afterwards.
    WEB_HEARTBEAT: bool = True

    def __post_init__(self) -> None:
        if self.LEASE < 2 * self.PAY_DEADLINE:
            raise ValueError(f'{PREFIX}LEASE must be at least twice {PREFIX}PAY_DEADLINE')
        if not 1 <= self.REFRESH_SLOTS <= self.REFRESH_CONCURRENCY:
            raise ValueError(f'{PREFIX}REFRESH_SLOTS must be from 1 to {PREFIX}REFRESH_CONCURRENCY')
        if self.REFRESH_AT:
            time.fromisoformat(self.REFRESH_AT)


@cache
def app_settings() -> Settings:
    """The settings in force, read once; Django's ``override_settings`` is followed."""
    names = [item.name for item in fields(Settings)]
    given = {
        name: getattr(django_settings, PREFIX + name)
        for name in names
        if hasattr(django_settings, PREFIX + name)
    }
    return Settings(**given)


@receiver(setting_changed)
def _forget(*, setting: str, **_: object) -> None:
    if setting.startswith(PREFIX) or setting.startswith('SECRET_KEY'):
        app_settings.cache_clear()
