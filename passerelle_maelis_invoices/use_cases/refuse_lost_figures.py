"""Trust no answer in which money that was paid, or a deadline, is not stated any more."""

from collections.abc import Mapping, Sequence

from ..errors import UnusableAnswer
from ..maelis import ReadInvoice, lost_figures
from ..models import Invoice, NotedDrift, Regie

MESSAGE = 'Le service de facturation ne donne plus l’élément « {} », qu’il donnait pour une de ces factures.'


def refuse_lost_figures(regie: Regie, known: Mapping[str, Invoice], read: Sequence[ReadInvoice]) -> None:
    """Raises UnusableAnswer, unless an administrator accepted that this element may go missing."""
    for element in lost_figures(known, read):
        if not _accepted(regie, element):
            error = UnusableAnswer(MESSAGE.format(element), detail=f'{element} is lost')
            error.element = element
            raise error


def _accepted(regie: Regie, element: str) -> bool:
    accepted = NotedDrift.objects.filter(
        connector=regie.connector_id, element=element, what=NotedDrift.MISSING, accepted=True
    )
    return accepted.exists()
