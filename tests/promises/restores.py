"""P19: yesterday's database is restored while Maelis went on. Nothing is doubled, nothing is missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import psycopg
from django.db import connections
from psycopg import sql

from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment
from tests.promises.actors import Actors, Clock, acting
from tests.promises.figures import Figures
from tests.promises.stage import Bill, Stage
from tests.site import Site

AMOUNTS = ('42.00', '42.00', '10.00')
#: Payments of a family: one before the backup, one after it, of some.
FAMILIES = 12


def restore(stage: Stage, *, times: int, number: int) -> Figures:
    """Payments go on after the backup; then it comes back, and the portal tells again what it told since."""
    dice, figures = Random(number), Figures('P19', stage.site.vendor, number)
    for _ in range(times):
        bills = stage.bills(['42.00'] * FAMILIES)
        with acting(stage.site, Clock(), number=0) as actors:
            portal = Portal(actors, {bill: dice.choice(AMOUNTS) for bill in bills})
            _before_and_after(stage, portal, bills, dice)
        _count(stage, bills, figures)
        figures.counts['restores'] += 1
    return figures


@dataclass
class Portal:
    actors: Actors
    amounts: dict[Bill, str]
    paid_at: dict[Bill, str] = field(default_factory=dict)

    def read(self, bills: list[Bill]) -> None:
        for bill in bills:
            self.actors[0].do('ask', path=bill.path(f'invoice/{bill.id}/'))

    def notify(self, bills: list[Bill]) -> None:
        """Each time the same, the date on which the citizen paid included."""
        for bill in bills:
            now = self.actors.clock.now.strftime('%Y-%m-%dT%H:%M:%S')
            body = {
                'transaction_id': f'T-{bill.id}',
                'amount': self.amounts[bill],
                'transaction_date': self.paid_at.setdefault(bill, now),
            }
            status, answer = self.actors[0].do('ask', path=bill.pay_path, body=body)
            assert status == 200, answer


def _before_and_after(stage: Stage, portal: Portal, bills: list[Bill], dice: Random) -> None:
    """One invoice in three is paid without having been read."""
    early, late = bills[: FAMILIES // 2], bills[FAMILIES // 2 :]
    portal.read([bill for n, bill in enumerate(bills) if n % 3])
    portal.notify(early)
    stage.maelis.fault('commit_then_reset', operation='payInvoices', times=2)
    if dice.random() < 0.5:
        portal.actors[0].do('do_round', actor='worker')
    with backup(stage.site):
        portal.notify(late)
        _work(portal.actors, days=2)
    if dice.random() < 0.5:
        portal.read(bills)
    portal.notify(late)
    _work(portal.actors, days=4)


def _work(actors: Actors, *, days: int) -> None:
    for _ in range(days):
        actors.clock.advance(timedelta(days=1))
        actors[0].do('do_round', actor='worker')
        actors[0].do('do_round', actor='worker')


def _count(stage: Stage, bills: list[Bill], figures: Figures) -> None:
    applied = stage.applied()
    for bill in bills:
        times = len(applied.get((bill.regie, bill.id, f'T-{bill.id}'), ()))
        row = Payment.objects.filter(family_id=bill.family).first()
        held = row is not None and row.state in (State.DELIVERED, State.CONFIRMED)
        figures.counts['payments'] += 1
        figures.counts['asked of a person'] += bool(row and row.attention)
        figures.counts['doubled'] += times > 1
        figures.counts['lost'] += row is None or (not times and (held or not row.attention))


@contextmanager
def backup(site: Site) -> Iterator[None]:
    """What was in the database at the beginning of the block is there again after it."""
    copy = _copy_file if site.vendor == 'sqlite' else _copy_database
    copy(site.database_url, '', '-kept')
    yield
    copy(site.database_url, '-kept', '')


def _copy_file(url: str, source: str, target: str) -> None:
    """SQLite's own copy, which takes what the write-ahead log holds too."""
    connections.close_all()
    path = url.removeprefix('sqlite:///')
    with closing(sqlite3.connect(path + source)) as one, closing(sqlite3.connect(path + target)) as other:
        one.backup(other)


def _copy_database(url: str, source: str, target: str) -> None:
    connections.close_all()
    server, _, name = url.rpartition('/')
    names = {'source': sql.Identifier(name + source), 'target': sql.Identifier(name + target)}
    with psycopg.connect(f'{server}/postgres', autocommit=True) as connection:
        connection.execute(sql.SQL('DROP DATABASE IF EXISTS {target} WITH (FORCE)').format(**names))
        connection.execute(sql.SQL('CREATE DATABASE {target} TEMPLATE {source}').format(**names))
