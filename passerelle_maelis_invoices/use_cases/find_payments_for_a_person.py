"""Payments that wait for a person, gathered into incidents: those found together are one.

A payment belongs to one open alert of its reason. Those found later make another one, so that a new dead
letter is news even while an older one is still waiting, but not more often than once in a while: a Maelis
that refuses everything must not fill a mailbox.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from ..domain.attention import Attention
from ..domain.french import counted, euros, moment
from ..domain.incident import Incident
from ..models import Alert, Connector, Payment

#: Pause between two alerts for one reason.
HOLD_BACK = timedelta(hours=1)
#: Payments that are named in the message.
EXAMPLES = 3

SAYS: dict[Attention, tuple[str, str]] = {
    Attention.UNKNOWN_INVOICE: (
        'règlement d’une facture que Maelis ne connaît pas',
        'règlements de factures que Maelis ne connaît pas',
    ),
    Attention.NOTHING_DUE: (
        'règlement d’une facture où il ne reste rien à payer',
        'règlements de factures où il ne reste rien à payer',
    ),
    Attention.AMOUNT_UNREADABLE: (
        'règlement au montant illisible',
        'règlements au montant illisible',
    ),
    Attention.UNDECIDED: (
        'règlement dont on ne sait pas si Maelis l’a pris en compte',
        'règlements dont on ne sait pas si Maelis les a pris en compte',
    ),
    Attention.REFUSED: ('règlement refusé par Maelis', 'règlements refusés par Maelis'),
    Attention.OUT_OF_PATIENCE: (
        'règlement non transmis après trente jours',
        'règlements non transmis après trente jours',
    ),
    Attention.NOT_SHOWN: (
        'règlement accepté par Maelis, qui ne le montre pas',
        'règlements acceptés par Maelis, qui ne les montre pas',
    ),
}


def find_payments_for_a_person(*, connector: Connector, now: datetime) -> Iterator[Incident]:
    """Those already alerted to, as long as one of them waits, then the new ones."""
    waiting = Payment.objects.counted().filter(regie__connector=connector).exclude(attention='')
    by_pk = {payment.pk: payment for payment in waiting.select_related('regie').order_by('received_at', 'pk')}
    open_alerts = Alert.objects.filter(connector=connector, closed_at__isnull=True, kind__in=list(Attention))
    for alert in open_alerts.prefetch_related('payments').order_by('pk'):
        still = [
            payment
            for payment in (by_pk.get(known.pk) for known in alert.payments.all())
            if payment is not None and payment.attention == alert.kind
        ]
        for payment in still:
            del by_pk[payment.pk]
        if still:
            yield _incident(Attention(alert.kind), alert.subject, still)
    yield from _new_ones(connector, now, list(by_pk.values()))


def _new_ones(connector: Connector, now: datetime, payments: list[Payment]) -> Iterator[Incident]:
    by_reason: dict[Attention, list[Payment]] = defaultdict(list)
    for payment in payments:
        by_reason[Attention(payment.attention)].append(payment)
    for reason, found in by_reason.items():
        told = Alert.objects.filter(connector=connector, kind=reason, opened_at__gt=now - HOLD_BACK)
        if not told.exists():
            yield _incident(reason, str(min(payment.pk for payment in found)), found)


def _incident(reason: Attention, subject: str, payments: list[Payment]) -> Incident:
    lines = [f'{counted(len(payments), *SAYS[reason])} :', *map(_line, payments[:EXAMPLES])]
    if len(payments) > EXAMPLES:
        lines.append(f'- et {counted(len(payments) - EXAMPLES, "autre")}.')
    return Incident(reason, '\n'.join(lines), subject, tuple(payment.pk for payment in payments))


def _line(payment: Payment) -> str:
    amount = 'montant inconnu' if payment.amount is None else euros(payment.amount)
    return (
        f'- facture {payment.invoice_id} de la régie {payment.regie.code}, {amount}, '
        f'payée le {moment(payment.paid_at)} (transaction {payment.transaction_id})'
    )
