"""Amounts, dates and ages as French readers expect them, whatever the site's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

register = template.Library()

NARROW, WIDE = '\N{NARROW NO-BREAK SPACE}', '\N{NO-BREAK SPACE}'
MONTHS = (
    *('janvier', 'février', 'mars', 'avril', 'mai', 'juin'),
    *('juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'),
)
UNITS = ((86400, 'jour'), (3600, 'heure'), (60, 'minute'))


@register.filter
def euros(value: Decimal) -> str:
    """`1234.5` becomes « 1 234,50 € »."""
    text = f'{value:,.2f}'.replace(',', NARROW).replace('.', ',')
    return f'{text}{WIDE}€'.replace('-', '\N{MINUS SIGN}')


@register.filter
def plain_day(value: date | None) -> str:
    """« 7 avril 2026 », or a dash."""
    if value is None:
        return '—'
    return f'{"1er" if value.day == 1 else value.day}{WIDE}{MONTHS[value.month - 1]} {value.year}'


@register.filter
def age(value: datetime | None) -> str:
    """« il y a 3 minutes »."""
    if value is None:
        return 'à une date inconnue'
    seconds = max(0, int((timezone.now() - value).total_seconds()))
    for size, unit in UNITS:
        if seconds >= size:
            return f'il y a {seconds // size}{WIDE}{unit}{"s" if seconds >= 2 * size else ""}'
    return 'il y a un instant' if seconds < 5 else f'il y a {seconds}{WIDE}secondes'
