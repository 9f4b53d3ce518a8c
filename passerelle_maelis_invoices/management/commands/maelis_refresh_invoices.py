import threading
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...errors import MisconfiguredConnector, RefreshUnderWay
from ...models import Connector
from ...use_cases.ask_maelis import SIDE_BY_SIDE
from ...use_cases.refresh_invoices import CONCURRENCY, refresh_invoices
from ...use_cases.refresh_pace import Pace
from ...use_cases.summarise_refresh import summarise_refresh
from ..progress import ProgressBar
from ..shared_refresh import begin_or_join, follow
from ..stop_on_signals import stop_on_signals


class Command(BaseCommand):
    help = (
        'Actualise la copie locale des factures des familles rattachées, sans dépasser le débit que Maelis '
        'accepte. Une actualisation interrompue reprend où elle en était ; si une autre est en cours pour ce '
        'connecteur, la commande le dit et ne fait rien. Le code de sortie est 1 tant que tout n’a pas été '
        'demandé.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('slug', nargs='?', metavar='CONNECTEUR', help='identifiant ; tous s’il manque')
        parser.add_argument(
            '--full', action='store_true', help='toutes les listes de toutes les familles, entières'
        )
        parser.add_argument(
            '--rate',
            type=_above_zero,
            metavar='APPELS_PAR_SECONDE',
            help='à la place du débit réglé sur le connecteur',
        )
        parser.add_argument(
            '--concurrency',
            type=int,
            choices=range(1, SIDE_BY_SIDE + 1),
            metavar='N',
            help=f'appels simultanés, de 1 à {SIDE_BY_SIDE} ({CONCURRENCY} par défaut)',
        )
        parser.add_argument(
            '--spread',
            action='store_true',
            help='la confie aux workers de procrastinate, ou suit celle qu’ils font déjà, jusqu’à sa fin',
        )

    def handle(
        self,
        *args: Any,
        slug: str | None,
        full: bool,
        rate: float | None,
        concurrency: int | None,
        spread: bool,
        **options: Any,
    ) -> None:
        connectors = _chosen(slug)
        if spread and (rate or concurrency):
            raise CommandError('Avec --spread, débit et appels simultanés sont ceux qui sont réglés.')
        with stop_on_signals() as stop:
            if spread:
                unfinished = self._spread(connectors, stop, full=full)
            else:
                unfinished = [
                    connector.slug
                    for connector in connectors
                    if not self._refresh(connector, stop, full, rate, concurrency or CONCURRENCY)
                ]
        if unfinished:
            raise CommandError(
                f'Actualisation inachevée : {", ".join(unfinished)}. Relancez la commande pour la reprendre.'
            )

    def _refresh(
        self, connector: Connector, stop: threading.Event, full: bool, rate: float | None, concurrency: int
    ) -> bool:
        bar, began = ProgressBar(self.stderr, connector.slug), monotonic()
        pace = Pace(connector, rate=rate, go_on=lambda: not stop.is_set(), pause=stop.wait)
        try:
            done = refresh_invoices(
                connector=connector, pace=pace, full=full, concurrency=concurrency, progress=bar.show
            )
        except (MisconfiguredConnector, RefreshUnderWay) as error:
            self.stderr.write(f'{connector.slug} : {error}')
            return False
        finally:
            bar.clear()
        took = timedelta(seconds=monotonic() - began)
        summary = summarise_refresh(done.tally, families=done.families, took=took, resumed=done.resumed)
        self.stdout.write(f'{connector.slug} : {summary}')
        return done.finished

    def _spread(self, connectors: list[Connector], stop: threading.Event, *, full: bool) -> list[str]:
        """All begin before the first is watched."""
        runs = [(connector.slug, begin_or_join(connector, full=full)) for connector in connectors]
        unfinished = []
        for slug, run_id in runs:
            bar = ProgressBar(self.stderr, slug)
            end = follow(run_id, bar, stop)
            bar.clear()
            self.stdout.write(f'{slug} : {end.says}')
            if not end.finished:
                unfinished.append(slug)
        return unfinished


def _above_zero(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float('inf'):
        raise ArgumentTypeError('un nombre d’appels par seconde, plus grand que zéro')
    return rate


def _chosen(slug: str | None) -> list[Connector]:
    connectors = Connector.objects.defer('password')
    chosen = list(connectors.filter(slug=slug) if slug else connectors)
    if slug and not chosen:
        raise CommandError(f'Le connecteur « {slug} » n’existe pas.')
    return chosen
