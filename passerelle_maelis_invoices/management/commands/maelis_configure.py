import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...use_cases.configure import configure
from ...use_cases.put_row import Action
from ...use_cases.validate_configuration import InvalidConfiguration

ACTIONS = {Action.CREATED: 'créé', Action.UPDATED: 'mis à jour', Action.UNCHANGED: 'inchangé'}


class Command(BaseCommand):
    help = (
        'Crée ou met à jour les connecteurs, régies, clients d’API et rattachements décrits dans un fichier '
        'JSON. Ce que le fichier ne nomme pas reste tel quel ; on peut l’appliquer plusieurs fois.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('file', metavar='FICHIER', help='fichier JSON, ou « - » pour l’entrée standard')
        parser.add_argument(
            '--import-regies',
            action='store_true',
            help='relire aussi auprès de Maelis les régies des connecteurs qui en ont déjà',
        )

    def handle(self, *args: Any, file: str, import_regies: bool, **options: Any) -> None:
        try:
            done = configure(_document(file), reimport_regies=import_regies)
        except InvalidConfiguration as error:
            problems = '\n'.join(f'  {problem}' for problem in error.problems)
            raise CommandError(
                f'Rien n’a été enregistré : la configuration ne convient pas.\n{problems}'
            ) from error
        for change in done.changes:
            self.stdout.write(f'{change.what} : {ACTIONS[change.action]}')
        for warning in done.warnings:
            self.stderr.write(self.style.WARNING(f'Attention : {warning}'))


def _document(file: str) -> Any:
    try:
        return json.loads(sys.stdin.read() if file == '-' else Path(file).read_text(encoding='utf-8'))
    except OSError as error:
        raise CommandError(f'{file} ne peut pas être lu : {error.strerror}.') from error
    except UnicodeDecodeError as error:
        raise CommandError(f'{file} doit être en UTF-8.') from error
    except json.JSONDecodeError as error:
        raise CommandError(
            f'{file} n’est pas du JSON : ligne {error.lineno}, colonne {error.colno}, {error.msg}.'
        ) from error
