"""Small coloured words; the colours are in the style sheet, by the name of what is shown."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..models import Payment
from ..use_cases.check_connector import Level

LEVELS = {Level.OK: 'OK', Level.WARNING: 'à voir', Level.CRITICAL: 'alerte'}


def badge(name: str, label: str) -> SafeString:
    return format_html('<span class="maelis-badge maelis-{}">{}</span>', name, label)


def state_badge(payment: Payment) -> SafeString:
    return badge(payment.state, payment.get_state_display())


def attention_badge(payment: Payment) -> SafeString | str:
    return badge('attention', payment.get_attention_display()) if payment.attention else '–'


def level_badge(level: Level) -> SafeString:
    return badge(f'level-{level.name.lower()}', LEVELS[level])
