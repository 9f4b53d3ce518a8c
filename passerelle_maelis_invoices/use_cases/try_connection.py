"""Try everything that can be wrong between us and Maelis, and say in plain words what is."""

from time import monotonic

from ..errors import ConnectorError
from ..maelis import Deadline
from ..models import Connector
from .check_connector import Check, Level
from .import_regies import PATIENCE
from .maelis_of import maelis_of

NAME = 'connection'


def try_connection(*, connector: Connector) -> Check:
    """A warning when all is well but slower than the connector waits; never raises ConnectorError."""
    started = monotonic()
    try:
        maelis_of(connector).diagnose(deadline=Deadline.after(max(PATIENCE, connector.deadline)))
    except ConnectorError as error:
        return Check(NAME, Level.CRITICAL, str(error))
    return _in_time(monotonic() - started, connector.deadline)


def _in_time(seconds: float, deadline: float) -> Check:
    took, allowed = _seconds(seconds), _seconds(deadline)
    if seconds <= deadline:
        return Check(NAME, Level.OK, f'Maelis répond comme attendu, en {took}.')
    return Check(
        NAME,
        Level.WARNING,
        f'Maelis répond comme attendu, mais en {took} : plus que le délai d’attente du connecteur '
        f'({allowed}). Allongez ce délai, ou les usagers verront surtout la copie locale.',
    )


def _seconds(seconds: float) -> str:
    return f'{seconds:.1f} s'.replace('.', ',')
