import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...errors import MisconfiguredConnector
from ...use_cases.dump_configuration import dump_configuration

LEFT_OUT = (
    'Les clés d’API et les mots de passe des clients d’API n’y sont pas : seule leur empreinte est conservée.'
)


class Command(BaseCommand):
    help = 'Écrit la configuration, dans le format que lit maelis_configure.'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            '--with-secrets',
            action='store_true',
            help='avec les mots de passe des connecteurs et les clés de signature, en clair',
        )

    def handle(self, *args: Any, with_secrets: bool, **options: Any) -> None:
        try:
            document = dump_configuration(with_secrets=with_secrets)
        except MisconfiguredConnector as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
        if with_secrets:
            self.stderr.write(LEFT_OUT)
