"""A portal that signs its requests, in front of one régie."""

from __future__ import annotations

from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from passerelle_maelis_invoices.models import Regie
from passerelle_maelis_invoices.publik.signature import sign_query
from tests.builders import KEY, a_regie, an_api_client

HOME = '/passerelle-maelis-invoices'


class Portal:
    """Signs as `portal.example.org` unless told otherwise; `tail` is below the connector's address."""

    def __init__(self, slug: str = 'toulouse', orig: str = 'portal.example.org', key: str = KEY) -> None:
        self.slug, self.orig, self.key = slug, orig, key
        self.http = Client(raise_request_exception=False)

    def get(self, tail: str, **query: str) -> Any:
        return self.http.get(self.url(tail, **query))

    def post(self, tail: str, body: Any, content_type: str = 'application/json', **query: str) -> Any:
        """`body` is sent as JSON unless it is bytes already."""
        return self.http.post(self.url(tail, **query), body, content_type=content_type)

    def url(self, tail: str, **query: str) -> str:
        return f'{HOME}/{self.slug}/{tail}?{self.sign(urlencode({**query, "orig": self.orig}))}'

    def sign(self, query: str) -> str:
        return sign_query(query, key=self.key, now=timezone.now(), nonce=token_hex(16))


@pytest.fixture
def regie(db: None) -> Regie:
    return a_regie('102')


@pytest.fixture
def portal(regie: Regie) -> Portal:
    """Allowed on the connector of `regie`."""
    an_api_client()
    return Portal()
