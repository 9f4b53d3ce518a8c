"""Text as it came, on a page: escaped, and laid out when it is JSON."""

import json

from django.utils.html import format_html
from django.utils.safestring import SafeString

#: Characters; notifications have a few hundred.
LONGEST = 5000


def preformatted(text: str) -> SafeString:
    return format_html('<pre class="maelis-raw">{}</pre>', text)


def preformatted_json(text: str) -> SafeString:
    """As it came when it is no JSON; what a page cannot hold (lone surrogates) is written as escapes."""
    try:
        laid_out = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        laid_out = text
    return preformatted(laid_out.encode('utf-8', 'backslashreplace').decode())


def shortened(text: str) -> str:
    """For a page that shows many; the whole is on the row's own page."""
    return text if len(text) <= LONGEST else f'{text[:LONGEST]}\n…'
