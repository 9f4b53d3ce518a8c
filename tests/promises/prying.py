"""P4: families, régies and clients that ask for what is theirs, what is others' and what is nobody's.

Every invoice carries a mark of its own in its label: whatever the endpoint, an answer may show the marks of
the asker alone. What is somebody else's answers byte for byte like what does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

from django.test import Client

from passerelle_maelis_invoices.models import Connector, Reachability
from tests.builders import a_link, a_regie, an_api_client
from tests.promises.figures import Figures
from tests.promises.stage import FAMILIES, SLUG, Bill, Stage

CODES = ('007', 'SEN', '102')
MANY = 6
MARK = re.compile(r'mark[0-9]+x[0-9A-Z]+')
LISTS = ('invoices/', 'invoices/history/', 'invoice/current/', 'invoice/history/', 'invoices')
ONES = (
    'invoice/{}/',
    'invoice/detail/?invoice_id={}',
    'invoice/{}/pdf/',
    'invoice/{}/receipt/',
    'invoice/{}',
)
WHOLE = ('regies/', 'payments/', 'exports/', 'status/')
#: Requests between two changes of what Maelis does.
SPELL = 50
FAULTS = ('foreign_family', 'foreign_regie')


def pry(stage: Stage, *, requests: int, number: int) -> Figures:
    """Half of the time Maelis is asked each time, and half of that it answers with what is others'."""
    wrong = ('leaked', 'told apart', 'not shown')
    figures, dice = Figures('P4', stage.site.vendor, number, wrong=wrong), Random(number)
    town = Town.built(stage)
    for start in range(0, requests, SPELL):
        with _maelis(stage, town, dice) as honest:
            for _ in range(min(SPELL, requests - start)):
                _ask(town, dice, figures, honest)
    return figures


@dataclass
class Town:
    """Six families with an invoice in each of three régies; a portal, and clients limited to one régie."""

    bills: dict[tuple[str, str], Bill]
    http: Client = field(
        default_factory=lambda: Client(raise_request_exception=False, headers={'host': 'localhost'})
    )

    @classmethod
    def built(cls, stage: Stage) -> Town:
        families = [next(FAMILIES) for _ in range(MANY)]
        bills = {}
        for code in CODES:
            regie = a_regie(code, connector=stage.connector)
            key: dict[str, Any] = {'api_key': f'key-{code}', 'may_export': True}
            an_api_client(f'limited-{code}', connectors=[stage.connector], regies=[regie], **key)
        for family, code in product(families, CODES):
            bill = Bill(code, str(family), f'{family}{CODES.index(code)}', stage.bills(['1.00'])[0].total)
            stage.put(bill, label=mark(bill), has_pdf=True)
            bills[bill.family, code] = bill
            a_link(bill.name_id, bill.family, connector=stage.connector)
        return cls(bills)

    @property
    def families(self) -> list[str]:
        return sorted({family for family, _ in self.bills})

    def get(self, tail: str, **query: str) -> Any:
        query = {'apikey': 'key-of-the-portal', **query}
        return self.http.get(f'/passerelle-maelis-invoices/{SLUG}/{tail}', query)


def mark(bill: Bill) -> str:
    return f'mark{bill.family}x{bill.regie}'


@contextmanager
def _maelis(stage: Stage, town: Town, dice: Random) -> Iterator[bool]:
    """Gives whether it tells the truth."""
    asked, lies = dice.random() < 0.5, dice.random() < 0.5
    Connector.objects.filter(pk=stage.connector.pk).update(fresh_for=0 if asked else 10**6)
    if asked and lies:
        armed = {'as_family': dice.choice(town.families)}
        mode = dice.choice(FAULTS)
        parameters = armed if mode == 'foreign_family' else {'as_regie': dice.choice(CODES)}
        with stage.maelis.fault(mode, operation='readInvoices', **parameters):
            yield False
    else:
        Reachability.objects.all().delete()  # what earlier lies made of it
        yield True


def _ask(town: Town, dice: Random, figures: Figures, honest: bool) -> None:
    figures.counts['requests'] += 1
    family, code = dice.choice(town.families), dice.choice(CODES)
    asker = dice.choice(({'NameID': f'{int(family):032x}'}, {'payer_external_id': family}))
    way = dice.choice((_of_a_list, _of_one, _of_one, _by_a_limited_client))
    way(town, dice, figures, honest, family, code, asker)


def _of_a_list(
    town: Town, dice: Random, figures: Figures, honest: bool, family: str, code: str, asker: dict[str, str]
) -> None:
    tail = dice.choice(LISTS)
    answer = town.get(f'regie/{code}/{tail}', **asker)
    own = mark(town.bills[family, code])
    figures.counts['leaked'] += _leaks(answer, {own})
    active = 'history' not in tail
    figures.counts['not shown'] += honest and (own in _said(answer)) is not active


def _of_one(
    town: Town, dice: Random, figures: Figures, honest: bool, family: str, code: str, asker: dict[str, str]
) -> None:
    """Their own one, another family's, the same family's of another régie, or one that nobody has."""
    tail, mine = dice.choice(ONES), town.bills[family, code]
    bill = dice.choice([mine, *dice.sample(list(town.bills.values()), 1)])
    answer = _get_one(town, f'regie/{code}/{tail}', bill.id, asker)
    figures.counts['leaked'] += _leaks(answer, {mark(mine)} if bill is mine else set())
    if bill is mine:
        figures.counts['own'] += 1
        figures.counts['not shown'] += honest and 'receipt' not in tail and answer.status_code == 404
    else:
        figures.counts['leaked'] += answer.status_code == 200 and '"err": 1' not in _said(answer)
        for known in dict.fromkeys((family, bill.family)):
            nobodys = f'{known}-{dice.randrange(10**9, 10**10)}'
            unknown = _get_one(town, f'regie/{code}/{tail}', nobodys, asker)
            figures.counts['told apart'] += honest and _all_of(answer) != _all_of(unknown)


def _get_one(town: Town, tail: str, invoice_id: str, asker: dict[str, str]) -> Any:
    path, _, query = tail.partition('?')
    more = {'invoice_id': invoice_id} if query else {}
    return town.get(path.format(invoice_id), **asker, **more)


def _by_a_limited_client(
    town: Town, dice: Random, figures: Figures, honest: bool, family: str, code: str, asker: dict[str, str]
) -> None:
    """Of one régie: others are refused in the words of what does not exist, and lists leave them out."""
    key = dice.choice(CODES)
    bill = town.bills[family, code]
    tails = [*(f'regie/{code}/{tail}' for tail in LISTS), *WHOLE, f'regie/{code}/invoice/{bill.id}/']
    tail = dice.choice(tails)
    answer = town.get(tail, **asker, apikey=f'key-{key}')
    figures.counts['leaked'] += _leaks(answer, {mark(bill)} if key == code else set())
    if key != code and tail.startswith('regie/'):
        nowhere = town.get(tail.replace(f'regie/{code}', 'regie/nowhere'), **asker, apikey=f'key-{key}')
        figures.counts['leaked'] += answer.status_code != 403
        figures.counts['told apart'] += _all_of(answer) != _all_of(nowhere)
    elif tail == 'regies/':
        figures.counts['leaked'] += [row['id'] for row in answer.json()['data']] != [key]


def _leaks(answer: Any, allowed: set[str]) -> bool:
    return bool({*MARK.findall(_said(answer))} - allowed)


def _said(answer: Any) -> str:
    """Header and body; a PDF of Maelis says nothing of the invoice's label."""
    headers = ' '.join(f'{name}: {value}' for name, value in answer.headers.items())
    return f'{headers} {answer.content.decode("utf-8", "replace")}'


def _all_of(answer: Any) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    return answer.status_code, answer.content, tuple(sorted(answer.headers.items()))
