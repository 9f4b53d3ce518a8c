from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...errors import ConnectorError
from ...models import Connector
from ...use_cases.import_regies import import_regies


class Command(BaseCommand):
    help = 'Importe les régies de Maelis, pour un connecteur ou pour tous.'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('slug', nargs='?', metavar='CONNECTEUR', help='identifiant ; tous s’il manque')

    def handle(self, *args: Any, slug: str | None, **options: Any) -> None:
        failed = [connector.slug for connector in _chosen(slug) if not self._import(connector)]
        if failed:
            raise CommandError(f'Régies non importées : {", ".join(failed)}.')

    def _import(self, connector: Connector) -> bool:
        try:
            self.stdout.write(f'{connector.slug} : {import_regies(connector=connector).in_words()}')
        except ConnectorError as error:
            self.stderr.write(f'{connector.slug} : {error}')
            return False
        return True


def _chosen(slug: str | None) -> list[Connector]:
    connectors = Connector.objects.defer('password')
    chosen = list(connectors.filter(slug=slug) if slug else connectors)
    if slug and not chosen:
        raise CommandError(f'Le connecteur « {slug} » n’existe pas.')
    return chosen
