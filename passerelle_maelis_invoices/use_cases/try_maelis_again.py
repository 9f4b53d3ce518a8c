"""Find out that Maelis is back even when nobody needs it: incidents must end, and their length be known."""

from django.utils import timezone

from ..errors import MaelisError, MisconfiguredConnector, NeverLeft, Refused, UnusableAnswer
from ..maelis import Deadline
from ..models import Connector, Reachability
from .breaker import may_call, note_answer, note_failure
from .maelis_of import maelis_of


def try_maelis_again(*, connector: Connector) -> None:
    """Does nothing unless Maelis is known to be down, and it is time for a try."""
    if Reachability.objects.filter(connector=connector, open_until__lte=timezone.now()).exists():
        try:
            may_call(connector)
        except NeverLeft:
            return
        _try(connector)


def _try(connector: Connector) -> None:
    try:
        maelis_of(connector).read_regies(deadline=Deadline.after(connector.deadline))
    except (Refused, UnusableAnswer, MisconfiguredConnector):
        note_answer(connector)
    except MaelisError as error:
        note_failure(connector, str(error))
    else:
        note_answer(connector)
