"""Text as it came, on a page: escaped, and laid out when it is JSON."""

import json

from django.utils.html import format_html
from django.utils.safestring import SafeString


def preformatted(text: str) -> SafeString:
    return format_html('<pre class="maelis-raw">{}</pre>', text)


def preformatted_json(text: str) -> SafeString:
    """As it came when it is no JSON."""
    try:
        return preformatted(json.dumps(json.loads(text), ensure_ascii=False, indent=2))
    except ValueError:
        return preformatted(text)
