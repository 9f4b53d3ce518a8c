"""What the lists for API clients are asked for: whose, which days, which page. Raises BadRequest."""

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.db.models import QuerySet

from ..errors import BadRequest
from ..models import Regie
from ..use_cases.authorise import reach_regie, reachable_regies
from ..use_cases.list_exports import Days
from .endpoint import ConnectorCall

LONGEST_PAGE, USUAL_PAGE = 1000, 100
LARGEST_ID = 2**63 - 1
DAY = re.compile('[0-9]{4}-[0-9]{2}-[0-9]{2}')
Choice = TypeVar('Choice', bound=StrEnum)


def regies_asked(call: ConnectorCall) -> QuerySet[Regie]:
    """``?regie=``, else all those of the connector that the client may reach."""
    code = call.request.GET.get('regie')
    if not code:
        return reachable_regies(client=call.client, connector=call.connector)
    found = reach_regie(client=call.client, slug=call.connector.slug, code=code)
    return Regie.objects.filter(pk=found.pk)


def choice_asked(call: ConnectorCall, name: str, choices: type[Choice]) -> Choice | None:
    text = call.request.GET.get(name)
    if not text:
        return None
    try:
        return choices(text)
    except ValueError:
        known = ', '.join(choices)
        raise BadRequest(f'Le paramètre « {name} » vaut l’un de : {known}.') from None


def days_asked(call: ConnectorCall) -> Days:
    """``?between=2026-03-01,2026-03-31``, both included; either may be left out."""
    text = call.request.GET.get('between')
    if not text:
        return Days()
    first, _, last = text.partition(',')
    return Days(_day(first), _day(last))


def number_asked(call: ConnectorCall, name: str) -> int | None:
    text = call.request.GET.get(name)
    if not text:
        return None
    if not is_number(text):
        raise BadRequest(f'Le paramètre « {name} » est un nombre entier.')
    return int(text)


def is_number(text: str) -> bool:
    """One that a primary key may be."""
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID


def limit_asked(call: ConnectorCall) -> int:
    limit = number_asked(call, 'limit') or USUAL_PAGE
    return min(limit, LONGEST_PAGE)


def day_in(text: str) -> date:
    """In the one spelling that the schema allows."""
    try:
        return date.fromisoformat(text if DAY.fullmatch(text) else '')
    except ValueError:
        raise BadRequest(f'« {text[:20]} » n’est pas un jour comme 2026-03-31.') from None


def _day(text: str) -> date | None:
    return day_in(text.strip()) if text.strip() else None
