"""Where a family is named: the rows of every table, so that they can be counted, then erased."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from ..domain.erasure import names_family
from ..models import (
    Alert,
    Connector,
    CreditNote,
    Discrepancy,
    Export,
    FamilyLink,
    Invoice,
    InvoiceList,
    Payment,
    PaymentEvent,
    Reachability,
    Reconciliation,
    RefreshBatch,
    RefundStep,
    RejectedNotification,
)
from ..models.append_only import WORDS
from ..models.erasure import ERASED

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Traces:
    """Rows of one connector. Those that may only grow are in ``words``: only what they say goes."""

    links: Rows
    lists: Rows
    invoices: Rows
    payments: Rows
    #: Notifications of payments of other families that name this one.
    notifications: Rows
    rejected: Rows
    words: tuple[Rows, ...]
    discrepancies: Rows
    reconciliations: Rows
    refreshes: Rows
    #: Of Maelis, whose last answer was of no use, and about the family.
    health: Rows
    alerts: Rows
    #: Whose file may hold the family among others.
    exports: Rows
    admin_log: Rows

    def counts(self) -> dict[str, int]:
        """How many of each, by what people call them; those of which there are none left out."""
        found = {
            'rattachements': self.links.count(),
            'listes de factures': self.lists.count(),
            'copies de factures': self.invoices.count(),
            'règlements rendus anonymes': self.payments.count(),
            'notifications d’autres règlements': self.notifications.count(),
            'notifications rejetées': self.rejected.count(),
            'textes des journaux': sum(rows.count() for rows in self.words),
            'écarts de rapprochement': self.discrepancies.count(),
            'rapprochements': self.reconciliations.count(),
            'lots d’actualisation': self.refreshes.count(),
            'états de Maelis': self.health.count(),
            'alertes': self.alerts.count(),
            'lignes du journal d’administration': self.admin_log.count(),
            FILES: self.exports.count(),
        }
        return {name: count for name, count in found.items() if count}


FILES = 'fichiers d’export'


def find_traces(connector: Connector, family_id: str) -> Traces:
    """Looked for by primary key, so that the rows stay the same while they are being erased."""
    ours = {'regie__connector': connector}
    payments = _fixed(Payment.objects.filter(**ours, family_id=family_id))
    return Traces(
        links=_fixed(FamilyLink.objects.filter(connector=connector, family_id=family_id)),
        lists=_fixed(InvoiceList.objects.filter(**ours, family_id=family_id)),
        invoices=_fixed(Invoice.objects.filter(**ours, family_id=family_id)),
        payments=payments,
        notifications=_naming(
            Payment.objects.filter(**ours).exclude(family_id=family_id), ('notification',), family_id
        ),
        rejected=_rejected(connector, family_id, payments),
        words=_words(connector, family_id, payments),
        discrepancies=_discrepancies(connector, family_id, payments),
        reconciliations=_reconciliations(connector, family_id),
        refreshes=_fixed(
            RefreshBatch.objects.filter(Q(after=family_id) | Q(up_to=family_id), run__connector=connector)
        ),
        health=_fixed(Reachability.objects.filter(connector=connector, awry_about=family_id)),
        alerts=_naming(Alert.objects.filter(connector=connector), ('message',), family_id),
        exports=_fixed(Export.objects.filter(**ours, family_id__in=('', family_id)).exclude(file='')),
        admin_log=_admin_log(family_id),
    )


def _fixed(rows: Rows) -> Rows:
    return _by_pk(rows.model, rows.order_by().values_list('pk', flat=True))


def _by_pk(model: type[Model], pks: Iterable[int]) -> Rows:
    return model._default_manager.filter(pk__in=list(pks))


def _naming(rows: Rows, columns: Collection[str], family_id: str) -> Rows:
    """The database finds the number anywhere, and a look at the text that it is the family's."""
    wanted = Q()
    for column in columns:
        wanted |= Q(**{f'{column}__contains': f'{family_id}-'})
    named = rows.filter(wanted).order_by().values_list('pk', *columns)
    return _by_pk(
        rows.model, [pk for pk, *texts in named if any(names_family(text, family_id) for text in texts)]
    )


def _rejected(connector: Connector, family_id: str, payments: Rows) -> Rows:
    there = RejectedNotification.objects.filter(regie__connector=connector)
    named = _naming(there, ('invoice_id', 'body', 'outcome'), family_id)
    own = there.filter(Q(pk__in=named) | Q(payment__in=payments)).exclude(body=ERASED)
    return _fixed(own)


def _words(connector: Connector, family_id: str, payments: Rows) -> tuple[Rows, ...]:
    """Every word about its payments, and where a payment was moved from one of its invoices to others'."""
    elsewhere = PaymentEvent.objects.filter(payment__regie__connector=connector)
    moved = _naming(elsewhere, ('reason',), family_id)
    return (
        _said(PaymentEvent.objects.filter(Q(payment__in=payments) | Q(pk__in=moved))),
        _said(CreditNote.objects.filter(payment__in=payments)),
        _said(RefundStep.objects.filter(credit_note__payment__in=payments)),
    )


def _said(rows: Rows) -> Rows:
    says = Q()
    for column in WORDS[rows.model]:
        says |= ~Q(**{f'{column}__in': ('', ERASED)})
    return _fixed(rows.filter(says))


def _discrepancies(connector: Connector, family_id: str, payments: Rows) -> Rows:
    """The bank's references of its payments may be in lines that were compared before these came."""
    bank = payments.values_list('bank_transaction_id', 'order_id')
    references = {reference for pair in bank for reference in pair if reference}
    mine = Q(family_id=family_id) | Q(payment__in=payments) | Q(payment=None, reference__in=references)
    return _fixed(Discrepancy.objects.filter(mine, reconciliation__regie__connector=connector))


def _reconciliations(connector: Connector, family_id: str) -> Rows:
    runs = Reconciliation.objects.filter(regie__connector=connector).order_by()
    named = runs.values_list('pk', 'cursor', 'unread')
    return _by_pk(
        Reconciliation,
        [pk for pk, cursor, unread in named if cursor == family_id or family_id in unread],
    )


def _admin_log(family_id: str) -> Rows:
    """Django's own, which keeps the name of a link; that name says no connector."""
    if not apps.is_installed('django.contrib.admin'):
        return FamilyLink.objects.none()
    from django.contrib.admin.models import LogEntry
    from django.contrib.contenttypes.models import ContentType

    links = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(FamilyLink))
    return _fixed(links.filter(object_repr__endswith=f'→ {family_id}'))
