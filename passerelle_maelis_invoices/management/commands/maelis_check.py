import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from ...models import Connector
from ...use_cases.check_connector import Level, Status, connector_status

UNKNOWN = 3


class Command(BaseCommand):
    help = (
        'État des connecteurs pour une supervision à la Nagios : une ligne par connecteur ; le statut de '
        'sortie est 0 (OK), 1 (WARNING), 2 (CRITICAL) ou 3 (UNKNOWN), le plus grave de tous.'
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('slug', nargs='?', metavar='CONNECTEUR', help='identifiant ; tous s’il manque')

    def handle(self, *args: Any, slug: str | None, **options: Any) -> None:
        try:
            status = self._report(slug)
        except DatabaseError as error:
            self.stdout.write(f'UNKNOWN - la base de données ne répond pas : {type(error).__name__}')
            status = UNKNOWN
        if status:
            sys.exit(status)

    def _report(self, slug: str | None) -> int:
        connectors = Connector.objects.defer('password')
        chosen = list(connectors.filter(slug=slug) if slug else connectors)
        if not chosen:
            name = f'le connecteur « {slug} » n’existe pas' if slug else 'aucun connecteur n’est configuré'
            self.stdout.write(f'UNKNOWN - {name}')
            return UNKNOWN
        return max(self._report_one(connector) for connector in chosen)

    def _report_one(self, connector: Connector) -> Level:
        status = connector_status(connector)
        self.stdout.write(f'{status.level.name} - {connector.slug} : {_line(status)}')
        return status.level


def _line(status: Status) -> str:
    """What is wrong; everything, when nothing is."""
    wrong = [check for check in status.checks if check.level is not Level.OK]
    return ' '.join(check.message.replace('\n', ' ') for check in wrong or status.checks)
