import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from ...domain.export import ExportFormat, ExportKind
from ...domain.french import counted
from ...errors import ConnectorError
from ...models import Connector, Regie
from ...use_cases.export_scope import Scope
from ...use_cases.request_export import check_export, last_reconciliation
from ...use_cases.write_export import write_export
from ..progress import ProgressBar

#: Bytes copied at a time from the draft to where the file must go.
BLOCK = 1 << 20


class Command(BaseCommand):
    help = (
        'Exporte les factures, les avoirs, les règlements, le livre de recettes ou le rapprochement d’une '
        'régie, tout de suite et sans passer par le transmetteur.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('--connector', required=True, metavar='IDENTIFIANT')
        parser.add_argument('--regie', required=True, metavar='CODE')
        parser.add_argument('--kind', required=True, choices=[kind.value for kind in ExportKind])
        parser.add_argument('--format', required=True, choices=[form.value for form in ExportFormat])
        parser.add_argument('--from', dest='first_day', type=_day, metavar='JOUR', help='compris')
        parser.add_argument('--to', dest='last_day', type=_day, metavar='JOUR', help='compris')
        parser.add_argument('--family', default='', metavar='DOSSIER', help='un seul dossier famille')
        parser.add_argument(
            '-o', '--output', type=Path, metavar='FICHIER', help='la sortie standard s’il manque'
        )

    def handle(self, *args: Any, output: Path | None, **options: Any) -> None:
        try:
            scope = _scope(**options)
            with TemporaryFile() as draft:
                count = self._write(scope, draft)
                _deliver(draft, output)
        except (ConnectorError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f'{counted(count, "ligne")}{f", dans {output}" if output else ""}.')

    def _write(self, scope: Scope, draft: BinaryIO) -> int:
        bar = ProgressBar(self.stderr, scope.kind.value)
        try:
            return write_export(scope, draft, progress=bar.show)
        finally:
            bar.clear()


def _scope(
    *,
    connector: str,
    regie: str,
    kind: str,
    format: str,
    first_day: date | None,
    last_day: date | None,
    family: str,
    **_: Any,
) -> Scope:
    content, form = ExportKind(kind), ExportFormat(format)
    check_export(kind=content, format=form, first_day=first_day, last_day=last_day)
    found = _regie(connector, regie)
    reconciled = content is ExportKind.RECONCILIATION
    return Scope(
        found,
        content,
        form,
        first_day,
        last_day,
        family,
        last_reconciliation(found, first_day, last_day) if reconciled else None,
    )


def _regie(slug: str, code: str) -> Regie:
    connector = Connector.objects.filter(slug=slug).defer('password').first()
    if connector is None:
        raise CommandError(f'Le connecteur « {slug} » n’existe pas.')
    regie = connector.regies.filter(code=code).select_related('connector').first()
    if regie is None:
        known = ', '.join(connector.regies.order_by('code').values_list('code', flat=True))
        raise CommandError(f'La régie « {code} » n’existe pas ; il y a : {known or "aucune"}.')
    return regie


def _deliver(draft: BinaryIO, output: Path | None) -> None:
    """Only a whole file is given: one that failed half-way leaves what was there as it was."""
    draft.seek(0)
    if output is None:
        _copy(draft, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with output.open('wb') as file:
        _copy(draft, file)


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    while block := source.read(BLOCK):
        target.write(block)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError('un jour comme 2026-03-31') from None
