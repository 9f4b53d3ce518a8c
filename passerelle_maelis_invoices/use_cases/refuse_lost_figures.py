"""Trust no answer in which money that was paid, or a deadline, is not stated any more."""

from collections.abc import Mapping, Sequence

from ..errors import UnusableAnswer
from ..maelis import Held, ReadInvoice, lost_figures
from ..models import NotedDrift, Payment, Regie

MESSAGE = 'Le service de facturation ne donne plus l’élément « {} », qu’il donnait pour une de ces factures.'


def refuse_lost_figures(regie: Regie, known: Mapping[str, Held], read: Sequence[ReadInvoice]) -> None:
    """Raises UnusableAnswer, unless an administrator accepted that this element may go missing."""
    lost = list(lost_figures(known, read))
    for element in lost and lost_figures(_without_reversed(regie, known), read):
        if not _accepted(regie, element):
            error = UnusableAnswer(MESSAGE.format(element), detail=f'{element} is lost')
            error.element = element
            raise error


def _without_reversed(regie: Regie, known: Mapping[str, Held]) -> dict[str, Held]:
    """A payment that was reversed here is rightly removed from Maelis, which may then show none."""
    numbers = Payment.objects.withdrawn().filter(regie=regie, invoice_number__in=list(known))
    reversed_ones = set(numbers.values_list('invoice_number', flat=True))
    return {number: row for number, row in known.items() if number not in reversed_ones}


def _accepted(regie: Regie, element: str) -> bool:
    accepted = NotedDrift.objects.filter(
        connector=regie.connector_id, element=element, what=NotedDrift.MISSING, accepted=True
    )
    return accepted.exists()
