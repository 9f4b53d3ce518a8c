"""P14: requests that nobody signed for us, sent to the very address that records payments."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle, islice
from random import Random
from typing import Any
from urllib.parse import parse_qsl

from django.test import Client
from django.utils import timezone

from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.publik.signature import MARK, sign_query
from tests.builders import KEY, an_api_client
from tests.promises.figures import Figures
from tests.promises.stage import Stage

ORIG = 'signer.example.org'
CHARACTERS = [chr(code) for code in range(1, 256) if chr(code) not in '\r\n']
#: A refused request must not spend the nonce of the real one, which is sent after so many.
GENUINE_EVERY = 10

Forgery = Callable[[str, Random], str]


def forge(stage: Stage, *, queries: int, number: int) -> Figures:
    """`requoted` are mutants that still say the very same: only the quoting of the signature is free."""
    dice, wrong = Random(number), ('accepted', 'recorded', 'spent nonces')
    figures = Figures('P14', stage.site.vendor, number, wrong=wrong)
    an_api_client('signer', connectors=[stage.connector])
    bill, http = (
        stage.bills(['42.00'])[0],
        Client(raise_request_exception=False, headers={'host': 'localhost'}),
    )
    path = bill.pay_path.partition('?')[0]
    for n, forgery in enumerate(islice(cycle(FORGERIES), queries)):
        genuine = sign(dice)
        forged = forgery(genuine, dice)
        figures.counts['queries'] += 1
        figures.counts['requoted'] += _says_the_same(forged, genuine)
        if not _says_the_same(forged, genuine):
            figures.counts['accepted'] += _send(http, path, forged, f'forged {n}') != 403
        if n % GENUINE_EVERY == 0:
            figures.counts['spent nonces'] += _send(http, path, genuine, f'genuine {n}') != 200
            figures.counts['accepted'] += _send(http, path, genuine, f'forged again {n}') != 403
    figures.counts['recorded'] = Payment.objects.filter(transaction_id__startswith='forged').count()
    return figures


def sign(dice: Random, *, key: str = KEY, ago: int = 0, query: str = f'NameID=&email=&orig={ORIG}') -> str:
    now = timezone.now() - timedelta(seconds=ago)
    return sign_query(query, key=key, now=now, nonce=f'{dice.getrandbits(128):x}')


def _send(http: Client, path: str, query: str, transaction: str) -> int:
    body: dict[str, Any] = {'transaction_id': transaction, 'amount': '1.00'}
    answer = http.post(path, json.dumps(body), content_type='application/json', QUERY_STRING=query)
    return answer.status_code


def _says_the_same(forged: str, genuine: str) -> bool:
    signed = genuine.partition(MARK)[0] + MARK
    return forged.startswith(signed) and parse_qsl(forged) == parse_qsl(genuine)


def _without_a_character(query: str, dice: Random) -> str:
    at = dice.randrange(len(query))
    return query[:at] + query[at + 1 :]


def _with_another_character(query: str, dice: Random) -> str:
    at = dice.randrange(len(query))
    return query[:at] + dice.choice(CHARACTERS) + query[at + 1 :]


def _with_one_more_character(query: str, dice: Random) -> str:
    at = dice.randrange(len(query) + 1)
    return query[:at] + dice.choice(CHARACTERS) + query[at:]


def _with_fields_in_another_order(query: str, dice: Random) -> str:
    fields = query.split('&')
    one, other = dice.sample(range(len(fields)), 2)
    fields[one], fields[other] = fields[other], fields[one]
    return '&'.join(fields)


def _with_a_field_of_another(query: str, dice: Random) -> str:
    """A time, a nonce or a signature that was good elsewhere."""
    fields, others = query.split('&'), sign(dice, ago=1).split('&')
    at = dice.randrange(len(fields) - 3, len(fields))
    return '&'.join([*fields[:at], others[at], *fields[at + 1 :]])


def _with_a_field_twice(query: str, dice: Random) -> str:
    return f'{dice.choice(query.split("&"))}&{query}'


def _with_more_after_it(query: str, dice: Random) -> str:
    return f'{query}&NameID={dice.getrandbits(32):x}'


def _too_old_or_too_new(query: str, dice: Random) -> str:
    return sign(dice, ago=dice.choice([1, -1]) * dice.randint(32, 10**6))


def _by_somebody_else(query: str, dice: Random) -> str:
    return sign(dice, key=dice.choice(['', 'other', KEY.upper(), f'{KEY} ']))


def _in_the_name_of_another(query: str, dice: Random) -> str:
    return sign(dice, query=f'orig={dice.choice(["", "nobody.example.org", ORIG.upper(), "%00"])}')


def _in_another_way(query: str, dice: Random) -> str:
    return query.replace('algo=sha256', f'algo={dice.choice(["sha1", "md5", "", "none"])}')


def _unsigned(query: str, dice: Random) -> str:
    return query.partition(MARK)[0] + dice.choice(['', MARK, f'{MARK}null', f'{MARK}%00'])


FORGERIES: tuple[Forgery, ...] = (
    _without_a_character,
    _with_another_character,
    _with_one_more_character,
    _with_another_character,
    _with_fields_in_another_order,
    _with_a_field_of_another,
    _with_a_field_twice,
    _with_more_after_it,
    _too_old_or_too_new,
    _by_somebody_else,
    _in_the_name_of_another,
    _in_another_way,
    _unsigned,
)
