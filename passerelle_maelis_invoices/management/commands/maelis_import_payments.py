import getpass
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...documents.payment_file import read_payment_file
from ...domain.french import counted
from ...domain.payment_row import RowError
from ...errors import StorageError
from ...models import Connector
from ...use_cases.import_payments import Plan, Step, Verdict, import_payments, in_words, plan_import
from ..progress import ProgressBar


class Command(BaseCommand):
    help = (
        'Enregistre les paiements d’un fichier CSV ou JSON que le portail n’a pas pu annoncer. '
        'Ce qui est déjà connu ne change pas : le même fichier peut être importé deux fois.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('file', metavar='FICHIER', type=Path)
        parser.add_argument(
            '--connector', metavar='CONNECTEUR', help='identifiant, quand le fichier ne le dit pas'
        )
        parser.add_argument('--dry-run', action='store_true', help='dire ce qui serait fait, sans rien faire')
        parser.add_argument('--skip-errors', action='store_true', help='importer les lignes qui conviennent')

    def handle(
        self, *args: Any, file: Path, connector: str | None, dry_run: bool, skip_errors: bool, **options: Any
    ) -> None:
        plan = _plan(file, _connector(connector))
        self._tell_errors(plan.errors)
        self._tell_steps(plan.steps if dry_run else plan.of(Verdict.DIFFERS))
        self.stdout.write(_summary(plan))
        if plan.errors and not skip_errors:
            raise CommandError('Rien n’a été importé : corrigez ces lignes, ou ajoutez --skip-errors.')
        if not dry_run:
            self._import(plan)

    def _import(self, plan: Plan) -> None:
        bar = ProgressBar(sys.stderr, 'Import')
        try:
            recorded = import_payments(plan, actor=f'import ({_user()})', on_progress=bar.show)
        except StorageError as error:
            raise CommandError(
                f'{error} Ce qui a été enregistré le reste ; relancez la même commande.'
            ) from error
        finally:
            bar.clear()
        self.stdout.write(
            self.style.SUCCESS(f'{counted(recorded, "règlement enregistré", "règlements enregistrés")}.')
        )

    def _tell_errors(self, errors: Iterable[RowError]) -> None:
        for error in errors:
            self.stderr.write(str(error))

    def _tell_steps(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self.stdout.write(in_words(step))


def _plan(file: Path, connector: Connector | None) -> Plan:
    try:
        read = read_payment_file(file.read_bytes())
    except OSError as error:
        raise CommandError(f'{file} ne peut pas être lu : {error.strerror}.') from error
    plan = plan_import(read.rows, connector=connector)
    return Plan(plan.steps, (*read.errors, *plan.errors))


def _connector(slug: str | None) -> Connector | None:
    if slug is None:
        return None
    try:
        return Connector.objects.defer('password').get(slug=slug)
    except Connector.DoesNotExist:
        raise CommandError(f'Le connecteur « {slug} » n’existe pas.') from None


def _summary(plan: Plan) -> str:
    new, known, differs = (len(plan.of(verdict)) for verdict in Verdict)
    return (
        f'À enregistrer : {new} ; déjà connus : {known} ; au montant différent : {differs} ; '
        f'erreurs : {len(plan.errors)}.'
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return 'maelis_import_payments'
