import getpass
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...domain.french import counted
from ...errors import BadRequest
from ...models import Reconciliation
from ...use_cases.reconcile_payments import ask_for_reconciliation, reconcile
from ..progress import ProgressBar
from ..reconciliation_table import balance_lines, discrepancy_lines
from ..regie_argument import add_regie_arguments, the_regie

DIFFERENCES, INCOMPLETE = 1, 2


class Command(BaseCommand):
    help = (
        'Rapproche les règlements d’une régie de ce que montre Maelis, et au besoin d’un fichier de la '
        'banque. Le code de sortie est 0 si tout concorde, 1 s’il y a des écarts, 2 si Maelis n’a pas pu '
        'être lu entièrement.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_regie_arguments(parser, required=True)
        _add_day(parser, '--from', 'first_day', 'premier jour')
        _add_day(parser, '--to', 'last_day', 'dernier jour, compris')
        parser.add_argument('--bank', metavar='FICHIER', help='CSV de la banque ou de Lingo')

    def handle(
        self,
        *args: Any,
        slug: str | None,
        regie: str,
        first_day: date,
        last_day: date,
        bank: str | None,
        **options: Any,
    ) -> None:
        try:
            run = ask_for_reconciliation(
                regie=the_regie(slug, regie),
                first_day=first_day,
                last_day=last_day,
                actor=f'{getpass.getuser()} (commande)',
                bank_file=_file(bank) if bank else None,
            )
            self._run(run)
        except BadRequest as error:
            raise CommandError(str(error)) from error
        self._report(run)
        status = INCOMPLETE if run.unread else DIFFERENCES if run.discrepancies.exists() else 0
        if status:
            sys.exit(status)

    def _run(self, run: Reconciliation) -> None:
        bar = ProgressBar(self.stderr, 'Lecture de Maelis')
        try:
            reconcile(run, progress=bar.show)
        finally:
            bar.clear()

    def _report(self, run: Reconciliation) -> None:
        self.stdout.write(f'{run} : {counted(run.payments, "règlement")}.')
        for line in (*balance_lines(run), *discrepancy_lines(run)):
            self.stdout.write(line)
        if run.unread:
            self.stdout.write(
                f'Maelis n’a pas pu être lu pour {counted(len(run.unread), "famille")}, laissées de côté : '
                f'{", ".join(run.unread)}. Refaites le rapprochement plus tard.'
            )


def _add_day(parser: ArgumentParser, name: str, dest: str, help_text: str) -> None:
    parser.add_argument(
        name, dest=dest, type=date.fromisoformat, required=True, metavar='AAAA-MM-JJ', help=help_text
    )


def _file(path: str) -> tuple[str, bytes]:
    try:
        return Path(path).name, Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f'{path} ne peut pas être lu : {error.strerror}.') from error
