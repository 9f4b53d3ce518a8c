"""What a worker does every so often beside payments: see whether Maelis is back, raise and tell alerts."""

import logging
from collections.abc import Callable

from ..models import Connector
from .raise_alerts import raise_alerts
from .tell_alerts import tell_alerts
from .try_maelis_again import try_maelis_again

logger = logging.getLogger(__name__)
#: Seconds between two looks; an incident is told within about as much.
PAUSE = 20.0
STEPS: tuple[Callable[..., None], ...] = (try_maelis_again, raise_alerts, tell_alerts)


def look_after(alive: Callable[[], None] = lambda: None) -> None:
    """One step's unforeseen failure is logged and does not stop the others. No transaction may be open.

    ``alive`` is called between the connectors too, since many of them may have to wait for somebody.
    """
    alive()
    for connector in Connector.objects.defer('password'):
        for step in STEPS:
            try:
                step(connector=connector)
            except Exception:
                logger.exception('%s of connector %s failed', step.__name__, connector.slug)
        alive()
