"""What is unfinished about a family: erasing it now would leave money that nobody could account for."""

from collections.abc import Iterator

from django.utils import timezone

from ..domain.credit_note import Refund
from ..domain.french import counted
from ..domain.money import ZERO
from ..domain.payment_states import State
from ..models import Connector, CreditNote, InvoiceList, Payment, Reconciliation, RefreshRun
from .family_traces import Traces

#: Transactions that are named.
EXAMPLES = 3
#: Maelis shows them, or nobody sends them any more.
OVER = (State.CONFIRMED, State.CREDITED, State.REVERSED)


def why_not_erasable(connector: Connector, family_id: str, traces: Traces) -> list[str]:
    """The reasons, for people; none when the family may be erased."""
    return [*_payments(traces), *_money(traces), *_others(connector, family_id, traces)]


def _payments(traces: Traces) -> Iterator[str]:
    payments = traces.payments.order_by('received_at', 'pk')
    unfinished = [payment.transaction_id for payment in payments if _is_unfinished(payment)]
    if unfinished:
        many = counted(len(unfinished), 'règlement n’est pas terminé', 'règlements ne sont pas terminés')
        yield (
            f'{many} ({_some(unfinished)}) : attendez que Maelis les montre, ou traitez-les dans '
            '« anomalies à traiter ».'
        )


def _is_unfinished(payment: Payment) -> bool:
    """Or nobody has seen what is odd about it."""
    asked = payment.asked and payment.state != State.REVERSED
    return payment.state not in OVER or bool(payment.attention) or asked


def _money(traces: Traces) -> Iterator[str]:
    credited = set(CreditNote.objects.filter(payment__in=traces.payments).values_list('payment', flat=True))
    owed = [
        payment.transaction_id
        for payment in traces.payments.filter(state=State.CONFIRMED)
        if (payment.surplus or ZERO) > ZERO and payment.pk not in credited
    ]
    if owed:
        yield f'Un trop-perçu est à rendre ({_some(owed)}) : émettez un avoir.'
    notes = CreditNote.objects.filter(payment__in=traces.payments).select_related('regie')
    to_refund = [note.number for note in notes if note.last_step.progress == Refund.TO_DO]
    if to_refund:
        yield f'Un remboursement est à faire ({_some(to_refund)}) : notez-le une fois fait.'
    shown = Payment.objects.withdrawn().filter(pk__in=traces.payments)
    still = list(shown.values_list('transaction_id', flat=True))
    if still:
        yield f'Maelis montre peut-être encore un règlement annulé ({_some(still)}) : retirez-l’en.'


def _others(connector: Connector, family_id: str, traces: Traces) -> Iterator[str]:
    if traces.rejected.filter(settled_at=None).exists():
        yield 'Une notification illisible est à traiter : un règlement peut en sortir.'
    if Reconciliation.objects.filter(regie__connector=connector, finished_at=None).exists():
        yield 'Un rapprochement est en cours : recommencez quand il sera terminé.'
    if _being_read(connector, family_id, traces):
        yield 'Les factures de ce dossier sont en cours de lecture : recommencez dans une minute.'


def _being_read(connector: Connector, family_id: str, traces: Traces) -> bool:
    """By somebody who looks at them, or by a refresh one of whose portions begins or ends with the family."""
    open_runs = RefreshRun.objects.filter(connector=connector, finished_at=None, abandoned_at=None)
    lists = InvoiceList.objects.filter(regie__connector=connector, family_id=family_id)
    reading = lists.filter(reading_until__gt=timezone.now())
    return reading.exists() or traces.refreshes.filter(run__in=open_runs).exists()


def _some(names: list[str]) -> str:
    more = ', …' if len(names) > EXAMPLES else ''
    return ', '.join(names[:EXAMPLES]) + more
