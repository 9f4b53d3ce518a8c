"""Texts of an answer to values. What is not exactly a value raises ValueError; nothing is guessed."""

import re
from datetime import date, datetime
from functools import lru_cache

from ..domain.money import amount_text, round_amount
from ..domain.paris import day_in_paris

NUMBER = re.compile(r'[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?')
MOMENT = re.compile(
    r'(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})'
    r'(?P<time>T[0-9]{2}:[0-9]{2}:[0-9]{2})?(\.[0-9]+)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?'
)


@lru_cache(maxsize=4096)
def amount(text: str) -> str:
    """'42.00', from an xs:decimal or from an xs:double such as 4.199999999999999E1."""
    return amount_text(round_amount(_number(text)))


@lru_cache(maxsize=4096)
def number(text: str) -> str:
    """A quantity or a price, within the range of amounts; decimals are kept as they came."""
    round_amount(_number(text))
    return text


@lru_cache(maxsize=4096)
def day(text: str) -> str:
    """An ISO date: the day in Paris of a moment with a zone, else the day that is written."""
    match = MOMENT.fullmatch(text)
    if not match:
        raise ValueError('not a date')
    written = date.fromisoformat(match['day'])
    if not match['time']:
        return written.isoformat()
    moment = datetime.fromisoformat(match['day'] + match['time'] + (match['zone'] or ''))
    return (day_in_paris(moment) if match['zone'] else written).isoformat()


def _number(text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise ValueError('not a number')
    return text
