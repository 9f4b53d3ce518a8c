"""Amounts, moments and counts as they are written for people."""

from datetime import datetime, timedelta
from decimal import Decimal

from .money import amount_text
from .paris import PARIS


def euros(amount: Decimal) -> str:
    """
    >>> euros(Decimal('42.5'))
    '42,50 €'
    """
    return f'{amount_text(amount)} €'.replace('.', ',')


def moment(at: datetime) -> str:
    """In Paris, to the minute.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    '02/07/2026 à 00:30'
    """
    return f'{at.astimezone(PARIS):%d/%m/%Y à %H:%M}'


def duration(length: timedelta) -> str:
    """The two largest units that matter.

    >>> duration(timedelta(hours=26, minutes=3)), duration(timedelta(seconds=65))
    ('1 j 2 h', '1 min 5 s')
    """
    seconds = int(length.total_seconds())
    parts = [
        (seconds // 86400, 'j'),
        (seconds // 3600 % 24, 'h'),
        (seconds // 60 % 60, 'min'),
        (seconds % 60, 's'),
    ]
    first = next((n for n, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return ' '.join(f'{count} {unit}' for count, unit in parts[first : first + 2] if count) or '0 s'


def counted(count: int, one: str, many: str = '') -> str:
    """
    >>> counted(1, 'règlement'), counted(2, 'règlement')
    ('1 règlement', '2 règlements')
    """
    return f'{count} {one if count == 1 else many or one + "s"}'
