"""The invoices of some families in one régie: from the local copy when fresh, else from Maelis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils import timezone

from ..domain.invoice import ShownInvoice, split_invoice_id
from ..errors import ConnectorError, NeverLeft, NotFound
from ..maelis import Deadline
from ..models import InvoiceList, Regie
from ..models.prepared import prepared
from .ask_alone import ask_alone
from .ask_maelis import Wanted
from .breaker import known_down
from .measure import measure_list
from .show_invoices import show_lists
from .single_flight import wait_for_others

Source = Literal['maelis', 'local']


@dataclass(frozen=True, slots=True)
class Listing:
    invoices: tuple[ShownInvoice, ...]
    #: 'maelis' when Maelis answered just now for every family, 'local' when the copy answered.
    source: Source
    #: When Maelis said so; the oldest one of several families; ``None`` when nothing was asked for.
    as_of: datetime | None


def read_invoices(*, regie: Regie, family_ids: Sequence[str]) -> Listing:
    """Newest first. Raises MaelisError when a family was never read and Maelis does not answer."""
    if not family_ids:
        return Listing((), 'local', None)
    families = tuple(family_ids)
    read_at = dict(_read_at(regie.pk, families))
    stale = _stale(regie, families, read_at)
    failures, asked = _refresh(regie, stale)
    as_of = _as_of(families, dict(_read_at(regie.pk, families)) if stale else read_at, failures)
    all_from_maelis = len(asked) == len(families) and not failures
    source: Source = 'maelis' if all_from_maelis else 'local'
    measure_list(regie.connector.slug, source)
    return Listing(tuple(show_lists(regie, families)), source, as_of)


def read_invoice(*, regie: Regie, invoice_id: str, family_ids: Sequence[str] | None) -> ShownInvoice:
    """One invoice of one of ``family_ids``; ``None``: a trusted caller that names no user.

    Somebody else's invoice raises the same NotFound as an unknown one, before Maelis is asked anything.
    """
    family_id, _ = split_invoice_id(invoice_id)
    if not is_family_id(family_id) or (family_ids is not None and family_id not in family_ids):
        raise NotFound
    for invoice in read_invoices(regie=regie, family_ids=[family_id]).invoices:
        if invoice.id == invoice_id:
            return invoice
    raise NotFound


def is_family_id(text: str) -> bool:
    """Maelis numbers its families; anything else would only make a call that it must refuse.

    A number has one spelling: with a zero before it, a paid invoice would have a second, unpaid life.
    """
    return text.isascii() and text.isdigit() and not text.startswith('0') and len(text) <= 15


@prepared(InvoiceList)
def _read_at(regie_id: int, family_ids: tuple[str, ...]) -> QuerySet[InvoiceList, tuple[Any, ...]]:
    read = InvoiceList.objects.filter(regie=regie_id, family_id__in=family_ids, read_at__isnull=False)
    return read.values_list('family_id', 'read_at')


def _stale(regie: Regie, family_ids: Sequence[str], read_at: Mapping[str, datetime]) -> list[str]:
    since = timezone.now() - timedelta(seconds=regie.connector.fresh_for)
    return [name for name in family_ids if name not in read_at or read_at[name] <= since]


def _refresh(regie: Regie, stale: Sequence[str]) -> tuple[dict[str, ConnectorError], list[str]]:
    """Within one deadline, whoever asks; returns the failures, and what was asked for here."""
    if not stale or known_down(regie.connector):
        return {}, []
    deadline = Deadline.after(regie.connector.deadline)
    answers = ask_alone(regie.connector, [Wanted(regie, family_id) for family_id in stale], deadline)
    failures = {item.family_id: a for item, a in answers.items() if isinstance(a, ConnectorError)}
    asked = [item.family_id for item in answers]
    wait_for_others(regie, [family_id for family_id in stale if family_id not in asked], deadline)
    return failures, asked


def _as_of(
    family_ids: Sequence[str], read_at: Mapping[str, datetime], failures: Mapping[str, ConnectorError]
) -> datetime:
    for family_id in family_ids:
        if family_id not in read_at:
            raise failures.get(family_id, NeverLeft())
    return min(read_at.values())
