"""P1b: what was answered 2xx is there after any kill of the web process; what was not, a retry records."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from typing import Any

import requests
from django.db import connections

from passerelle_maelis_invoices.models import Payment
from tests.postgresql import PostgreSQL
from tests.promises.crashing import RECORDING
from tests.promises.figures import Figures
from tests.promises.stage import Bill, Stage
from tests.site import Process

#: Lingo tries for longer; a server of ours is back within seconds.
TRIES = 200
#: One kill in so many is of the whole server, at a moment of its choosing, and not at a named point.
WHOLE_SERVER = 5
#: Notifications sent at the same time while a database crashes.
WRITERS = 4


def kill_servers(stage: Stage, *, kills: int, number: int) -> Figures:
    """The portal notifies one payment after the other while the processes that serve it die."""
    dice, figures = Random(number), Figures('P1b', stage.site.vendor, number)
    stage.site.environment |= {
        'DJANGO_SETTINGS_MODULE': 'tests.promises.crash_settings',
        'GUNICORN_CMD_ARGS': '--preload --log-level critical',
    }
    server = stage.site.serve()
    for n, bill in enumerate(stage.bills(['42.00'] * kills)):
        if n % WHOLE_SERVER == WHOLE_SERVER - 1:
            server = _kill_at_some_moment(stage, server, bill, dice, figures)
        else:
            _kill_at_a_point(server, bill, dice.choice(RECORDING), figures)
        _retry(server, bill)
        figures.counts['doubled'] += _rows(bill) > 1
        figures.counts['lost'] += _rows(bill) == 0
        figures.counts['forgotten'] += _is_payable(server, bill)
    figures.wrong = ('lost', 'doubled', 'forgotten')
    return figures


def _kill_at_a_point(server: Process, bill: Bill, point: str, figures: Figures) -> None:
    figures.counts[f'kills {point}'] += 1
    with suppress(requests.RequestException):
        notify(server.url, bill, headers={'X-Crash-At': point})
        raise AssertionError(f'answered, although it died {point}')
    rows = _rows(bill)
    assert rows == (point == 'after-commit'), f'{rows} rows after a death {point}'


def _kill_at_some_moment(
    stage: Stage, server: Process, bill: Bill, dice: Random, figures: Figures
) -> Process:
    """Sometimes before the answer, sometimes just after it: then the row must be there."""
    figures.counts['kills at any moment'] += 1
    acknowledged = False
    with suppress(requests.RequestException):
        notify(server.url, bill, timeout=dice.choice([0.003, 0.006, 0.01, 0.02, 10]))
        acknowledged = True
    server.kill()
    figures.counts['lost'] += acknowledged and not _rows(bill)
    return stage.site.serve()


def notify(url: str, bill: Bill, **options: Any) -> None:
    """As Lingo does; raises unless the answer is 2xx."""
    body = {'transaction_id': f'T-{bill.id}', 'amount': '42.00'}
    options = {'timeout': 15, **options}
    requests.post(url + bill.pay_path, json=body, **options).raise_for_status()


def _retry(server: Process, bill: Bill) -> None:
    """As Lingo does, only sooner."""
    for _ in range(TRIES):
        with suppress(requests.RequestException):
            return notify(server.url, bill)
        time.sleep(0.05)
    raise AssertionError('the server does not come back')


def _rows(bill: Bill) -> int:
    return Payment.objects.filter(family_id=bill.family, invoice_number=bill.number).count()


def _is_payable(server: Process, bill: Bill) -> bool:
    for _ in range(TRIES):
        with suppress(requests.RequestException):
            answer = requests.get(server.url + bill.path(f'invoice/{bill.id}/'), timeout=15)
            return bool(answer.json()['data']['online_payment'])
    raise AssertionError('the server does not come back')


def stop_databases(stage: Stage, database: PostgreSQL, *, stops: int, number: int) -> Figures:
    """PostgreSQL crashes while notifications are being committed."""
    dice, figures = Random(number), Figures('P1b', f'{stage.site.vendor}, its server crashing', number)
    server = stage.site.serve()
    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in range(stops):
            bills = stage.bills(['42.00'] * WRITERS * 5)
            notified = pool.map(lambda bill: _acknowledged(server.url, bill), bills)
            time.sleep(dice.uniform(0.01, 0.1))
            database.stop('immediate')
            connections.close_all()
            database.start()
            for bill, acknowledged in zip(bills, notified, strict=True):
                figures.counts['notifications'] += 1
                figures.counts['lost'] += acknowledged and not _rows(bill)
                _retry(server, bill)
                figures.counts['doubled'] += _rows(bill) != 1
            figures.counts['stops'] += 1
    return figures


def _acknowledged(url: str, bill: Bill) -> bool:
    with suppress(requests.RequestException):
        notify(url, bill)
        return True
    return False
