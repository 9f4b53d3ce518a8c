"""The payments that we hold, for API clients that have the right to export them."""

from django.http import HttpResponse

from ..documents.json_file import json_row
from ..documents.tables import TABLES
from ..domain.export import ExportKind
from ..domain.payment_states import State
from ..use_cases.list_exports import list_payments, require_may_export
from .answers import answer
from .endpoint import ConnectorCall, connector_endpoint
from .listing_query import choice_asked, days_asked, limit_asked, number_asked, regies_asked


@connector_endpoint('GET')
def payments(call: ConnectorCall) -> HttpResponse:
    """The same rows as in an export as JSON."""
    require_may_export(call.client)
    page = list_payments(
        regies=regies_asked(call),
        limit=limit_asked(call),
        after=number_asked(call, 'after'),
        state=choice_asked(call, 'state', State),
        received=days_asked(call),
    )
    table = TABLES[ExportKind.PAYMENTS]
    return answer([json_row(table, row) for row in page.items], meta={'next': page.next})
