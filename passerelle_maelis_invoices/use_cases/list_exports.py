"""Exports and payments as API clients list them: those of the régies that they may reach, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from ..documents.rows import PaymentRow
from ..domain.export import ExportState
from ..domain.paris import start_of_day
from ..domain.payment_states import State
from ..errors import Forbidden, NotFound
from ..models import ApiClient, Export, Payment, Regie
from .export_rows import payment_row

Row = TypeVar('Row', bound=Model)
Item = TypeVar('Item')


@dataclass(frozen=True, slots=True)
class Days:
    """Both included, in Paris; ``None`` leaves an end open."""

    first: date | None = None
    last: date | None = None

    def bounds(self, field: str) -> dict[str, datetime]:
        found = {}
        if self.first is not None:
            found[f'{field}__gte'] = start_of_day(self.first)
        if self.last is not None:
            found[f'{field}__lt'] = start_of_day(self.last + timedelta(days=1))
        return found


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    items: tuple[Item, ...]
    #: The id to go on after; ``None`` on the last page.
    next: int | None


def require_may_export(client: ApiClient) -> None:
    """Raises Forbidden."""
    if not client.may_export:
        raise Forbidden(detail=f'client {client.name!r} may not export')


def list_exports(
    *,
    regies: QuerySet[Regie],
    limit: int,
    after: int | None = None,
    state: ExportState | None = None,
    family_id: str = '',
    requested: Days = Days(),
) -> Page[Export]:
    """Newest first."""
    rows = Export.objects.filter(regie__in=regies, **requested.bounds('requested_at'))
    if state is not None:
        rows = rows.filter(state=state)
    if family_id:
        rows = rows.filter(family_id=family_id)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return _page(list(rows.select_related('regie').order_by('-pk')[: limit + 1]), limit)


def find_export(*, regies: QuerySet[Regie], export_id: int) -> Export:
    """Raises NotFound, for an export of another régie just the same."""
    found = Export.objects.filter(pk=export_id, regie__in=regies).select_related('regie').first()
    if found is None:
        raise NotFound('Cet export n’existe pas.')
    return found


def find_download(*, regies: QuerySet[Regie], export_id: int) -> Export:
    """Raises NotFound as long as there is no file, and once its time is over."""
    export = find_export(regies=regies, export_id=export_id)
    if not export.downloadable(timezone.now()):
        raise NotFound('Le fichier de cet export n’est pas disponible : pas encore, ou plus.')
    return export


def list_payments(
    *,
    regies: QuerySet[Regie],
    limit: int,
    after: int | None = None,
    state: State | None = None,
    received: Days = Days(),
) -> Page[PaymentRow]:
    """Oldest first, so that whoever goes on after the last id misses none."""
    rows = Payment.objects.filter(regie__in=regies, **received.bounds('received_at'))
    if state is not None:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    codes = dict(regies.values_list('pk', 'code'))
    page = _page(list(rows.defer('notification').order_by('pk')[: limit + 1]), limit)
    return Page(tuple(payment_row(row, codes[row.regie_id]) for row in page.items), page.next)


def _page(rows: Sequence[Row], limit: int) -> Page[Row]:
    """``rows`` has one more than the page when there is another page."""
    shown = tuple(rows[:limit])
    return Page(shown, shown[-1].pk if len(rows) > limit else None)
