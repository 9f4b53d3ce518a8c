"""Amounts in euros: always ``Decimal``, always two decimals, written '12.50'."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

ZERO = Decimal('0.00')
CENT = Decimal('0.01')
LARGEST = Decimal('9999999999.99')


class InvalidAmount(ValueError):
    """Not an amount of money; the message names what came."""


def parse_amount(text: str) -> Decimal:
    """An amount written with a point and at most two decimals; nothing is rounded.

    >>> parse_amount('12.5')
    Decimal('12.50')
    """
    amount = _finite(text)
    if amount != amount.quantize(CENT):
        raise InvalidAmount(f'{text!r} has more than two decimals')
    return amount.quantize(CENT)


def round_amount(text: str) -> Decimal:
    """An amount that the other side may have computed in binary floating point, rounded to the cent.

    >>> round_amount('12.499999999999998')
    Decimal('12.50')
    """
    return _finite(text).quantize(CENT, rounding=ROUND_HALF_UP)


def summed(total: Decimal | None) -> Decimal:
    """A sum that a database made: SQLite adds in binary floating point; ``None`` is that of no rows.

    >>> summed(Decimal('530612.070000001'))
    Decimal('530612.07')
    """
    return ZERO if total is None else total.quantize(CENT)


def amount_text(amount: Decimal) -> str:
    """'12.50', never in exponent form and never '-0.00'."""
    return str(amount.quantize(CENT) + ZERO)


def _finite(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        raise InvalidAmount(f'{text!r} is not an amount') from None
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise InvalidAmount(f'{text!r} is out of range')
    return amount
