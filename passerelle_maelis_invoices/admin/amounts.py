"""Money and days as French people write them, whatever the site's language."""

from decimal import Decimal

from ..domain.money import amount_text


def euros(amount: Decimal | None) -> str:
    """
    >>> euros(Decimal('1234.5'))
    '1 234,50 €'
    """
    if amount is None:
        return '–'
    units, cents = amount_text(abs(amount)).split('.')
    sign = '-' if amount < 0 else ''
    grouped = f'{int(units):,}'.replace(',', '\N{NARROW NO-BREAK SPACE}')
    return f'{sign}{grouped},{cents}\N{NO-BREAK SPACE}€'
