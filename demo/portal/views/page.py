"""What every page of the portal holds: the citizen, the people to choose from, Maelis behind the scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from demo.portal.backstage import Subject, look_backstage
from demo.portal.citizens import Citizen, current_citizen
from demo.portal.connector import Connector
from demo.portal.invoice import Invoice
from demo.portal.settings import PortalSettings, portal_settings
from demo.portal.simulator_control import SimulatorControl
from demo.portal.wire import SignedWire
from demo.portal.wire_journal import Occasion


@dataclass(frozen=True)
class Visit:
    """One request to the portal: who is there, and the connector to ask on that occasion."""

    request: HttpRequest
    settings: PortalSettings
    citizen: Citizen

    @classmethod
    def of(cls, request: HttpRequest) -> Visit:
        settings = portal_settings()
        return cls(request, settings, current_citizen(request, settings.citizens))

    @property
    def control(self) -> SimulatorControl | None:
        """None where no simulator was configured: the portal then has no backstage."""
        return SimulatorControl(self.settings.simulator_control) if self.settings.simulator_control else None

    def connector(self, occasion: str) -> Connector:
        return Connector(SignedWire(self.settings, Occasion.named(occasion)))

    def watcher(self) -> Connector:
        """For what a page asks again every few seconds: its calls would fill the journal."""
        return Connector(SignedWire(self.settings, None))

    def page(self, template: str, context: dict[str, Any], invoice: Invoice | None = None) -> HttpResponse:
        """A whole page; the backstage panel tells about `invoice`."""
        subject = Subject(invoice.regie, invoice.number) if invoice else Subject()
        backstage = look_backstage(self.control, subject) if self.control else None
        return self.fragment(template, {'settings': self.settings, 'backstage': backstage, **context})

    def fragment(self, template: str, context: dict[str, Any]) -> HttpResponse:
        answer = render(self.request, f'portal/{template}', {'citizen': self.citizen, **context})
        answer['Cache-Control'] = 'no-store, private'
        return answer
