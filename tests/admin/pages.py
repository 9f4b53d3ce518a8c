"""Reading the admin's pages."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client

HOME = '/admin/passerelle_maelis_invoices'


def text(client: Client, url: str, **query: str) -> str:
    """The words of the page, as somebody reads them: without tags, spaces put together."""
    answer = client.get(url, query)
    assert answer.status_code == 200, answer.status_code
    return words(answer)


def words(answer: Any) -> str:
    return ' '.join(html.unescape(re.sub(r'<[^>]*>', ' ', answer.content.decode())).split())


def said(answer: Any) -> str:
    """The messages of the page that follows."""
    return ' '.join(str(message) for message in answer.context['messages'])
