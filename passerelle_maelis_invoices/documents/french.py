"""How documents write numbers and days."""

from datetime import date, datetime
from decimal import Decimal

from ..domain.money import CENT, amount_text
from ..domain.paris import PARIS

SPACE = '\N{NO-BREAK SPACE}'


def euros(amount: Decimal) -> str:
    """
    >>> euros(Decimal('-1234.5')).replace(SPACE, '_')
    '-1_234,50_€'
    """
    units, cents = amount_text(abs(amount)).split('.')
    grouped = f'{int(units):,}'.replace(',', SPACE)
    return f'{"-" if amount < 0 else ""}{grouped},{cents}{SPACE}€'


def price(amount: Decimal) -> str:
    """A unit price may have more than two decimals.

    >>> price(Decimal('0.125')), price(Decimal('3')).replace(SPACE, '_')
    ('0,125\xa0€', '3,00_€')
    """
    exact = amount == amount.quantize(CENT)
    return euros(amount) if exact else f'{quantity(amount)}{SPACE}€'


def quantity(number: Decimal) -> str:
    """
    >>> quantity(Decimal('1.500')), quantity(Decimal('1E+1'))
    ('1,5', '10')
    """
    text = f'{number:f}'
    return (text.rstrip('0').rstrip('.') if '.' in text else text).replace('.', ',')


def day_text(day: date | None) -> str:
    return '' if day is None else f'{day:%d/%m/%Y}'


def moment_text(moment: datetime | None) -> str:
    """In Paris, to the minute."""
    return '' if moment is None else f'{moment.astimezone(PARIS):%d/%m/%Y %H:%M}'


def period_text(first: date | None, last: date | None) -> str:
    """
    >>> period_text(date(2026, 3, 1), None), period_text(None, None)
    ('depuis le 01/03/2026', '')
    """
    match first, last:
        case None, None:
            return ''
        case None, _:
            return f'jusqu’au {day_text(last)}'
        case _, None:
            return f'depuis le {day_text(first)}'
    return f'du {day_text(first)} au {day_text(last)}'
