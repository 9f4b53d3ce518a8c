"""What a refresh did, in one sentence for the log, the admin and the terminal."""

from datetime import timedelta

from ..domain.french import counted, duration
from ..domain.refresh_plan import Spared
from .refresh_families import Tally
from .refresh_pace import Stop

WHY_STOPPED = {
    Stop.ASKED: 'arrêtée à la demande',
    Stop.MAELIS_DOWN: 'abandonnée : Maelis ne répond plus',
    Stop.TAKEN_OVER: 'reprise par un autre processus',
}


def summarise_refresh(tally: Tally, *, families: int, took: timedelta, resumed: bool = False) -> str:
    parts = [
        f'{"reprise, " if resumed else ""}{counted(tally.read, "liste lue", "listes lues")} pour '
        f'{counted(families, "famille rattachée", "familles rattachées")} en {duration(took)}'
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
