"""The panel "Maelis en coulisses": its switches, and what Maelis itself says about one invoice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import requests

from demo.portal.simulator_control import AppliedPayment, Maelis, SimulatorControl


@dataclass(frozen=True)
class Subject:
    """The invoice that the page is about, as Maelis names it."""

    regie: str = ''
    number: str = ''


@dataclass(frozen=True)
class Switch:
    mode: str
    label: str
    explanation: str


SWITCHES = (
    Switch('normal', 'Répond', 'Tout va bien.'),
    Switch('slow', 'Lent', 'Chaque réponse prend 3 secondes.'),
    Switch('forgetful', 'Perd ses réponses', 'Il applique le paiement, puis coupe avant de le dire.'),
    Switch('down', 'En panne', 'Plus aucune réponse.'),
)
LAGS = ((0, 'aussitôt'), (10, 'après 10 s'), (60, 'après 1 min'), (300, 'après 5 min'))
MODES = {switch.mode for switch in SWITCHES}
LAG_CHOICES = {str(seconds) for seconds, _ in LAGS}
MOODS = {
    'normal': 'Maelis répond',
    'slow': 'Maelis est lent',
    'forgetful': 'Maelis perd ses réponses',
    'down': 'Maelis est en panne',
    'other': 'Maelis est troublé',
    'unknown': 'Maelis ne dit rien',
}


@dataclass(frozen=True)
class Backstage:
    maelis: Maelis
    subject: Subject
    trouble: str = ''

    switches = SWITCHES
    lags = LAGS

    @property
    def mood(self) -> str:
        return MOODS[self.maelis.mode]

    @property
    def applied(self) -> list[AppliedPayment]:
        return self.maelis.applied_to(self.subject.regie, self.subject.number)


def look_backstage(control: SimulatorControl, subject: Subject, trouble: str = '') -> Backstage:
    return Backstage(control.read(), subject, trouble)


def turn(control: SimulatorControl, wish: Mapping[str, str]) -> str:
    """Does what the form asked (`mode` or `lag`); returns what went wrong, in French, or nothing."""
    try:
        if wish.get('mode') in MODES:
            control.switch(wish['mode'])
        if wish.get('lag') in LAG_CHOICES:
            control.set_lag(int(wish['lag']))
    except requests.RequestException:
        return 'Le simulateur n’obéit pas : sa commande est injoignable.'
    return ''
