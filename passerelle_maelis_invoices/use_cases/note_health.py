"""What the answers for some families say of Maelis as a whole."""

from collections.abc import Sequence

from ..errors import ConnectorError, MisconfiguredConnector, Refused, UnusableAnswer
from ..maelis import InvoicesRead
from ..models import Connector, InvoiceList
from .breaker import give_turn_back, note_answer, note_awry, note_failure

Answer = InvoicesRead | ConnectorError


def note_health(connector: Connector, answers: Sequence[tuple[str, Answer]]) -> None:
    """One good answer is enough. One that cannot be used may be its family's fault: see ``note_awry``."""
    if any(isinstance(answer, InvoicesRead | Refused) for _, answer in answers):
        note_answer(connector)
        return
    silences = [answer for _, answer in answers if not _is_awry(answer)]
    if len(silences) == len(answers):
        note_failure(connector, str(silences[0]))
        return
    awry = {family_id: answer for family_id, answer in answers if _is_awry(answer)}
    for family_id, answer in awry.items():
        if _is_evidence(connector, family_id):
            note_awry(connector, family_id, str(answer))
        else:
            give_turn_back(connector)


def _is_awry(answer: Answer) -> bool:
    return isinstance(answer, UnusableAnswer | MisconfiguredConnector)


def _is_evidence(connector: Connector, family_id: str) -> bool:
    """A family that Maelis never spoke of well may be unknown to it; unless that is so of all of them."""
    read = InvoiceList.objects.filter(regie__connector=connector, read_at__isnull=False)
    return read.filter(family_id=family_id).exists() or not read.exists()
