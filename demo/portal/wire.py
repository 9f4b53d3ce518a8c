"""Signed HTTP to the connector. A call made on an occasion leaves a line in the portal's journal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import requests

from demo.portal.settings import PortalSettings
from demo.portal.signer import sign_url
from demo.portal.wire_journal import Exchange, Occasion, WireJournal

CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 8.0


class SignedWire:
    """The portal's calls made on one occasion (a page shown, a payment notified). Threads may share it."""

    def __init__(self, settings: PortalSettings, occasion: Occasion | None) -> None:
        self.settings = settings
        self.occasion = occasion

    def get(self, tail: str, params: Mapping[str, str] | None = None) -> requests.Response:
        return self._call('GET', tail, params or {})

    def post(self, tail: str, params: Mapping[str, str], body: Mapping[str, Any]) -> requests.Response:
        return self._call('POST', tail, params, json=body)

    def _call(self, method: str, tail: str, params: Mapping[str, str], **options: Any) -> requests.Response:
        url = f'{self.settings.connector_url}{tail}?{urlencode({**params, "orig": self.settings.orig})}'
        started, status = time.perf_counter(), None
        try:
            response = _send(method, sign_url(url, self.settings.key), **options)
            status = response.status_code
            return response
        finally:
            self._journal(method, url, status, round((time.perf_counter() - started) * 1000))

    def _journal(self, method: str, url: str, status: int | None, milliseconds: int) -> None:
        if self.occasion is None:
            return
        at = datetime.now(UTC).isoformat(timespec='milliseconds')
        exchange = Exchange(self.occasion, at, method, url, status, milliseconds)
        WireJournal(self.settings.wire_journal).add(exchange)


def _send(method: str, url: str, **options: Any) -> requests.Response:
    """Each call has its own session, which ignores proxies of the environment: the connector is next door."""
    with requests.Session() as session:
        session.trust_env = False
        timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
        return session.request(method, url, timeout=timeout, allow_redirects=False, **options)
