"""Ask for the lists that nobody else is asking for: many readers of one stale list make one call."""

from collections.abc import Sequence

from ..errors import ConnectorError
from ..maelis import Deadline
from ..models import Connector
from .ask_maelis import Answer, Wanted, ask_maelis
from .single_flight import let_go, take_on


def ask_alone(connector: Connector, wanted: Sequence[Wanted], deadline: Deadline) -> dict[Wanted, Answer]:
    """Answers, or failures, to those of ``wanted`` that are stale and that no other reader took on.

    No transaction may be open: the network is waited for here.
    """
    mine = [item for item in wanted if take_on(item.regie, item.family_id)]
    answers = ask_maelis(connector, mine, deadline=deadline)
    for item, answer in answers.items():
        if isinstance(answer, ConnectorError):
            let_go(item.regie, item.family_id)
    return answers
