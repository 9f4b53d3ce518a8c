import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...domain.french import counted, duration
from ...domain.refresh_plan import Spared
from ...errors import MisconfiguredConnector
from ...models import Connector
from ...use_cases.ask_maelis import SIDE_BY_SIDE
from ...use_cases.refresh_invoices import CONCURRENCY, Refreshed, refresh_invoices
from ...use_cases.refresh_pace import Pace, Stop
from ..progress import ProgressBar

WHY_STOPPED = {
    Stop.ASKED: 'arrêtée à la demande',
    Stop.MAELIS_DOWN: 'abandonnée : Maelis ne répond plus',
}


class Command(BaseCommand):
    help = (
        'Actualise la copie locale des factures des familles rattachées, sans dépasser le débit que Maelis '
        'accepte. Une actualisation interrompue reprend où elle en était. Le code de sortie est 1 tant que '
        'tout n’a pas été demandé.'
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
            default=CONCURRENCY,
            metavar='N',
            help=f'appels simultanés, de 1 à {SIDE_BY_SIDE} ({CONCURRENCY} par défaut)',
        )

    def handle(
        self, *args: Any, slug: str | None, full: bool, rate: float | None, concurrency: int, **options: Any
    ) -> None:
        connectors = _chosen(slug)
        with _stop_on_signals() as stop:
            unfinished = [
                connector.slug
                for connector in connectors
                if not self._refresh(connector, stop, full=full, rate=rate, concurrency=concurrency)
            ]
        if unfinished:
            raise CommandError(
                f'Actualisation inachevée : {", ".join(unfinished)}. Relancez la commande pour la reprendre.'
            )

    def _refresh(
        self, connector: Connector, stop: threading.Event, *, full: bool, rate: float | None, concurrency: int
    ) -> bool:
        bar, began = ProgressBar(self.stderr, connector.slug), monotonic()
        pace = Pace(connector, rate=rate, go_on=lambda: not stop.is_set(), pause=stop.wait)
        try:
            done = refresh_invoices(
                connector=connector, pace=pace, full=full, concurrency=concurrency, progress=bar.show
            )
        except MisconfiguredConnector as error:
            self.stderr.write(f'{connector.slug} : {error}')
            return False
        finally:
            bar.clear()
        self.stdout.write(f'{connector.slug} : {_summary(done, monotonic() - began)}')
        return done.finished


def _summary(done: Refreshed, seconds: float) -> str:
    tally = done.tally
    parts = [
        f'{"reprise, " if done.resumed else ""}{_lists(tally.read)} pour '
        f'{counted(done.families, "famille rattachée", "familles rattachées")} '
        f'en {duration(timedelta(seconds=seconds))}'
    ]
    if already := tally.spared[Spared.READ_ALREADY]:
        parts.append(f'{already} déjà à jour')
    if never := tally.spared[Spared.NO_INVOICE_YET]:
        parts.append(f'{never} sans facture jusqu’ici, laissées pour leur nuit')
    if tally.silent:
        parts.append(f'{tally.silent} restées sans réponse de Maelis')
    if tally.refused:
        parts.append(f'{tally.refused} refusées ou illisibles')
    if tally.stop:
        parts.append(WHY_STOPPED[tally.stop])
    return ' ; '.join(parts) + '.'


def _lists(count: int) -> str:
    return counted(count, 'liste lue', 'listes lues')


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


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """The calls in hand are finished first."""
    stop = threading.Event()
    names = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(name, lambda *_: stop.set()) for name in names]
    try:
        yield stop
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)
