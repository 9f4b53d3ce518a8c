"""What the demo begins with: the invented town's connector, its portal, its citizens, an account."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

SLUG = 'ville'
ACCOUNT = PASSWORD = 'demo'
FAMILIES = ('1001', '1002', '1003')
SIMULATOR = ('--families', '3000', '--seed', '7', '--lag', '10')


def configuration(wsdl_url: str, key: str) -> dict[str, Any]:
    """In the format of `maelis_configure`. Lists grow old quickly here, so that one sees what Maelis does."""
    from demo.portal.settings import DEFAULTS

    connector = {
        'slug': SLUG,
        'title': 'Maelis (simulateur)',
        'wsdl_url': wsdl_url,
        'deadline': 2.0,
        'fresh_for': 5,
        'payment_lag': 20,
    }
    citizens = zip(DEFAULTS['CITIZENS'], FAMILIES, strict=False)
    return {
        'connectors': [connector],
        'api_clients': [
            {'name': 'portail', 'orig': DEFAULTS['ORIG'], 'keys': [key], 'connectors': [SLUG]},
        ],
        'links': [
            {'connector': SLUG, 'name_id': citizen['name_id'], 'family_id': family}
            for citizen, family in citizens
        ],
    }


def migrate() -> None:
    from django.core.management import call_command

    call_command('migrate', verbosity=0)


def configure(wanted: dict[str, Any], file: Path) -> None:
    """Tells the connector about the town, and has it ask Maelis for the régies."""
    from django.core.management import call_command

    file.write_text(json.dumps(wanted, ensure_ascii=False, indent=2))
    call_command('maelis_configure', str(file), '--import-regies', stdout=StringIO())


def open_account() -> None:
    """An administrator, once: a password that was changed since stays."""
    from django.contrib.auth.models import User

    if not User.objects.filter(username=ACCOUNT).exists():
        User.objects.create_superuser(ACCOUNT, password=PASSWORD)
