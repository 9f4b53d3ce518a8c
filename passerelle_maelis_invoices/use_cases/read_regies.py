"""Ask Maelis for its régies, and when that fails for the reason, in words that help an administrator."""

from ..errors import MaelisError
from ..maelis import Deadline, RegieFound
from ..models import Connector
from .maelis_of import maelis_of
from .note_drift import note_drift


def read_regies(*, connector: Connector, seconds: float) -> list[RegieFound]:
    """Takes no longer than ``seconds`` in all. Raises MisconfiguredConnector or MaelisError."""
    maelis, deadline = maelis_of(connector), Deadline.after(seconds)
    try:
        return maelis.read_regies(deadline=deadline)
    except MaelisError as error:
        note_drift(connector, 'readRegieList', [error])
        maelis.diagnose(deadline=deadline)
        raise
