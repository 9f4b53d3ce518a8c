import getpass
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...domain.french import counted
from ...errors import BadRequest
from ...models import Connector
from ...use_cases.erase_family import erase_family
from ...use_cases.family_traces import find_traces
from ...use_cases.why_not_erasable import why_not_erasable
from ..progress import ProgressBar


class Command(BaseCommand):
    help = (
        'Efface des dossiers famille. Sans --yes, dit seulement ce qui partirait. Restent les montants, les '
        'dates et les références de transaction, que la comptabilité doit garder et qui ne nomment personne.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('families', nargs='+', metavar='DOSSIER')
        parser.add_argument(
            '--connector', metavar='CONNECTEUR', help='identifiant, quand il y en a plusieurs'
        )
        parser.add_argument('--reason', default='', metavar='MOTIF', help='conservé ; sans nommer personne')
        parser.add_argument(
            '--dry-run', action='store_true', help='dire ce qui partirait, ce qui est le défaut'
        )
        parser.add_argument('--yes', action='store_true', help='effacer, sans retour possible')

    def handle(
        self,
        *args: Any,
        families: Sequence[str],
        connector: str | None,
        reason: str,
        dry_run: bool,
        yes: bool,
        **options: Any,
    ) -> None:
        chosen = _connector(connector)
        if dry_run or not yes:
            self._tell(chosen, families)
        elif not reason.strip():
            raise CommandError('Indiquez le motif de l’effacement, avec --reason.')
        else:
            self._erase(chosen, families, reason)

    def _tell(self, connector: Connector, families: Sequence[str]) -> None:
        for family_id in families:
            traces = find_traces(connector, family_id)
            self.stdout.write(f'Dossier {family_id} : {_in_words(traces.counts())}.')
            for why in why_not_erasable(connector, family_id, traces):
                self.stdout.write(self.style.WARNING(f'  Pas encore : {why}'))
        self.stdout.write(
            'Rien n’a été effacé. Ajoutez --yes et --reason pour effacer, sans retour possible.'
        )

    def _erase(self, connector: Connector, families: Sequence[str], reason: str) -> None:
        """One that cannot be erased holds no other one back."""
        refused = [
            f'Dossier {family_id} : {why}'
            for n, family_id in enumerate(families)
            if (why := self._erase_one(connector, family_id, reason, f'Effacement {n + 1}/{len(families)}'))
        ]
        if refused:
            raise CommandError('\n'.join(refused))

    def _erase_one(self, connector: Connector, family_id: str, reason: str, title: str) -> str:
        """Why not; '' when it is done."""
        bar = ProgressBar(self.stderr, title)
        try:
            erasure = erase_family(
                connector=connector,
                family_id=family_id,
                reason=reason,
                actor=f'{_user()} (commande)',
                progress=bar.show,
            )
        except BadRequest as error:
            return str(error)
        finally:
            bar.clear()
        self.stdout.write(self.style.SUCCESS(f'{erasure} : {_in_words(erasure.counts)}.'))
        return ''


def _connector(slug: str | None) -> Connector:
    connectors = Connector.objects.defer('password')
    found = list(connectors.filter(slug=slug) if slug else connectors[:2])
    if len(found) != 1:
        raise CommandError(
            f'Le connecteur « {slug} » n’existe pas.' if slug else 'Nommez le connecteur, avec --connector.'
        )
    return found[0]


def _in_words(counts: dict[str, int]) -> str:
    said = ', '.join(f'{name} : {count}' for name, count in counts.items())
    return said or f'{counted(0, "ligne")}'


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return 'maelis_purge'
