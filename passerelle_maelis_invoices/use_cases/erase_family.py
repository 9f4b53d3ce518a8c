"""Erase a family: what is left of its payments is what the accounts must keep, and names nobody.

Kept: amounts, dates, states, the transaction's id (by which a notification that comes again is known) and
the ledger, which holds nothing else. In place of the invoice's number there is a keyed digest of it.
"""

import re
from collections.abc import Callable

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from ..domain.erasure import without_family
from ..errors import BadRequest
from ..models import Connector, ErasedWords, Erasure, Payment
from ..models.append_only import WORDS
from ..models.erasure import ERASED
from ..models.payment import erased_numbers
from .family_traces import FILES, Rows, Traces, find_traces
from .purge_exports import purge_exports_about
from .why_not_erasable import why_not_erasable

#: Rows of the journals changed by one statement.
BATCH = 500
EVENT = 'erased'
NOTHING_KNOWN = 'Rien n’est connu de ce dossier famille.'

Progress = Callable[[int, int], object]


def erase_family(
    *,
    connector: Connector,
    family_id: str,
    reason: str,
    actor: str,
    progress: Progress = lambda done, of: None,
) -> Erasure:
    """All at once, or nothing. What the portal tells of the family later is recorded like anything new.

    ``progress`` is told the payments. Raises BadRequest without a reason, with one that names the family,
    where nothing is known of it, or while something is unfinished.
    """
    _require_sense(family_id, reason)
    with transaction.atomic(durable=True):
        # Written before anything is read: others wait, and SQLite cannot upgrade a read to a write.
        Connector.objects.filter(pk=connector.pk).update(title=F('title'))
        traces = find_traces(connector, family_id)
        _require_erasable(connector, family_id, traces)
        erasure = Erasure.objects.create(
            connector=connector,
            erased_at=timezone.now(),
            actor=actor,
            reason=reason.strip(),
            counts=traces.counts(),
        )
        _erase_words(erasure, traces)
        _erase_texts(traces, family_id)
        _strip_payments(erasure, traces, progress)
        for rows in (traces.links, traces.lists, traces.invoices):
            rows.delete()
        purge_exports_about(list(connector.regies.all()), family_id)
    # Once more: one may have been made meanwhile, of what was there until now.
    purge_exports_about(list(connector.regies.all()), family_id)
    return erasure


def _require_sense(family_id: str, reason: str) -> None:
    if not family_id:
        raise BadRequest(NOTHING_KNOWN)
    if not reason.strip():
        raise BadRequest('Indiquez le motif de l’effacement.')
    if family_id in re.findall(r'\w+', reason):
        raise BadRequest('Le motif est conservé : n’y nommez ni le dossier ni une personne.')


def _require_erasable(connector: Connector, family_id: str, traces: Traces) -> None:
    # Held until the end; nobody moves one of them on meanwhile.
    list(traces.payments.order_by('pk').select_for_update().values_list('pk'))
    reasons = why_not_erasable(connector, family_id, traces)
    if reasons:
        raise BadRequest(f'Ce dossier ne peut pas encore être effacé. {" ".join(reasons)}')
    if not traces.counts().keys() - {FILES}:
        raise BadRequest(NOTHING_KNOWN)


def _erase_words(erasure: Erasure, traces: Traces) -> None:
    """The journal of erasures first: only rows that it names may lose their words."""
    for rows in traces.words:
        pks = list(rows.values_list('pk', flat=True))
        table = rows.model._meta.db_table
        for start in range(0, len(pks), BATCH):
            batch = pks[start : start + BATCH]
            named = ErasedWords.objects.filter(table_name=table, row_id__in=batch)
            new = {*batch} - {*named.values_list('row_id', flat=True)}
            ErasedWords.objects.bulk_create(
                ErasedWords(erasure=erasure, table_name=table, row_id=pk) for pk in sorted(new)
            )
            for column in WORDS[rows.model]:
                said = rows.model._default_manager.filter(pk__in=batch).exclude(**{column: ''})
                said.update(**{column: ERASED})


def _erase_texts(traces: Traces, family_id: str) -> None:
    _erase_from_alerts(traces, family_id)
    _erase_from_discrepancies(traces.discrepancies)
    for run in traces.reconciliations:
        unread = [ERASED if name == family_id else name for name in run.unread]
        cursor = '' if run.cursor == family_id else run.cursor
        type(run).objects.filter(pk=run.pk).update(unread=unread, cursor=cursor)
    traces.refreshes.filter(after=family_id).update(after='')
    traces.refreshes.filter(up_to=family_id).update(up_to='')
    traces.health.update(awry_about=ERASED)
    traces.notifications.update(notification=ERASED)
    traces.rejected.update(invoice_id='', body=ERASED, reason=ERASED, outcome=ERASED)
    for line in traces.admin_log:
        type(line).objects.filter(pk=line.pk).update(object_repr=ERASED)


def _erase_from_alerts(traces: Traces, family_id: str) -> None:
    for alert in traces.alerts:
        message = without_family(alert.message, family_id, instead=ERASED)
        type(alert).objects.filter(pk=alert.pk).update(message=message)


def _erase_from_discrepancies(rows: Rows) -> None:
    """Their amounts stay, and the payment's own transaction."""
    own = Payment.objects.filter(pk=OuterRef('payment')).values('transaction_id')[:1]
    rows.filter(payment=None).update(reference=ERASED)
    rows.filter(~Q(payment=None)).update(family_id='', invoice_number='', reference=Subquery(own))


def _strip_payments(erasure: Erasure, traces: Traces, progress: Progress) -> None:
    """``Payment.objects.told`` finds them by the digest, when a notification comes again."""
    payments = list(traces.payments.order_by('pk'))
    for done, payment in enumerate(payments, start=1):
        payment.journal(
            EVENT,
            actor=erasure.actor,
            at=erasure.erased_at,
            reason=f'{erasure}',
            family_id='',
            invoice_number=erased_numbers(payment.invoice_id)[0],
            order_id='',
            bank_transaction_id='',
            notification='',
            erased_at=erasure.erased_at,
        )
        progress(done, len(payments))
