"""What the portal must know of its surroundings, read from Django's settings (`PORTAL_*`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from demo.portal.citizens import Citizen

DEFAULTS: dict[str, Any] = {
    'TITLE': 'Ville de démonstration',
    'CONNECTOR_URL': 'http://127.0.0.1:8000/passerelle-maelis-invoices/ville/',
    'ORIG': 'portail.demo.example',
    'KEY': '',
    'SIMULATOR_CONTROL': '',
    'WIRE_JOURNAL': Path(__file__).resolve().parents[2] / 'var' / 'portal_wire.jsonl',
    'CITIZENS': (
        {'name': 'Camille Durand', 'name_id': 'b663530a0c0446a796782b9ea2d38c0c'},
        {'name': 'Sacha Lefèvre', 'name_id': '1c9a7de3305f4c2c8d0b64f2aa51e7d9'},
        {'name': 'Noé Petit', 'name_id': '7f00c1d2e3f4456789abcdef01234567'},
        {'name': 'Inès Moreau', 'name_id': '2be4a90c5d1747f5a3c8e6b17f9d0a42'},
    ),
}


@dataclass(frozen=True)
class PortalSettings:
    """Where the connector and Maelis's control are, and how the portal signs. URLs end with a slash."""

    title: str
    connector_url: str
    orig: str
    key: str
    simulator_control: str
    wire_journal: Path
    citizens: tuple[Citizen, ...]


def portal_settings() -> PortalSettings:
    return PortalSettings(
        title=str(_value('TITLE')),
        connector_url=_with_slash(str(_value('CONNECTOR_URL'))),
        orig=str(_value('ORIG')),
        key=str(_value('KEY')),
        simulator_control=_with_slash(str(_value('SIMULATOR_CONTROL'))),
        wire_journal=Path(_value('WIRE_JOURNAL')),
        citizens=tuple(Citizen(str(row['name']), str(row['name_id'])) for row in _rows(_value('CITIZENS'))),
    )


def _value(name: str) -> Any:
    return getattr(settings, f'PORTAL_{name}', None) or DEFAULTS[name]


def _rows(value: Any) -> Any:
    """The citizens, which an environment variable can only carry as JSON."""
    return json.loads(value) if isinstance(value, str) else value


def _with_slash(url: str) -> str:
    return url if not url or url.endswith('/') else f'{url}/'
