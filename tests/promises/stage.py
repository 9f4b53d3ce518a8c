"""A site, its Maelis and what joins them: one connector, two régies, a portal that may call, and invoices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment, PaymentEvent
from tests.builders import a_connector, a_link, a_regie, an_api_client
from tests.site import Site

KEY = 'key-of-the-portal'
SLUG = 'toulouse'
CODES = ('007', 'SEN')
#: Families that nobody invented: the only invoices that they have are those that a scenario made.
FAMILIES = count(500_000)
LATE = '2099-12-31'


def _unfinished() -> QuerySet[Payment]:
    """Payments of which Maelis may still have to hear, and that wait for no person."""
    open_states = (State.RECORDED, State.SENDING, State.UNCERTAIN)
    return Payment.objects.filter(state__in=open_states, attention='')


@dataclass(frozen=True)
class Bill:
    """An invoice in Maelis's books."""

    regie: str
    family: str
    number: str
    total: Decimal

    @property
    def id(self) -> str:
        return f'{self.family}-{self.number}'

    @property
    def name_id(self) -> str:
        """Of the portal user who is linked to the family."""
        return f'{int(self.family):032x}'

    def path(self, tail: str, **query: str) -> str:
        asked = ''.join(f'&{name}={value}' for name, value in query.items())
        return f'/passerelle-maelis-invoices/{SLUG}/regie/{self.regie}/{tail}?apikey={KEY}{asked}'

    @property
    def pay_path(self) -> str:
        return self.path(f'invoice/{self.id}/pay/')


@dataclass
class Stage:
    """`settings` are columns of the connector."""

    site: Site
    maelis: Simulator
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.furnish()

    def furnish(self) -> None:
        """What an administrator enters once; again after a reset of the site."""
        columns = {'wsdl_url': self.maelis.wsdl_url, 'deadline': 5.0, 'payment_lag': 60, **self.settings}
        self.connector = a_connector(SLUG, **columns)
        self.regies = {code: a_regie(code, connector=self.connector) for code in CODES}
        an_api_client(connectors=[self.connector], api_key=KEY)

    def bills(self, totals: Iterable[str], *, regie: str = '') -> list[Bill]:
        """One new family for each total; régies in turn, unless one is given."""
        return [
            self.bill(total, family=next(FAMILIES), regie=regie or CODES[n % 2])
            for n, total in enumerate(totals)
        ]

    def bill(self, total: str, *, family: int, regie: str, number: int = 0) -> Bill:
        bill = Bill(regie, str(family), str(number or family), Decimal(total))
        self.put(bill)
        return bill

    def put(self, bill: Bill, **facts: Any) -> None:
        """Maelis has it, with other figures if so wished."""
        known = {'amount': str(bill.total), 'deadline': LATE, 'label': 'Cantine', **facts}
        self.maelis.put_invoice(family=bill.family, regie=bill.regie, number=bill.number, **known)

    def remove(self, bill: Bill) -> None:
        self.maelis.remove_invoice(family=bill.family, regie=bill.regie, number=bill.number)

    def link(self, bill: Bill) -> None:
        a_link(bill.name_id, bill.family, connector=self.connector)

    def applied(self) -> dict[tuple[str, str, str], list[Decimal]]:
        """What Maelis was told, whatever it shows: amounts by régie, invoice and transaction."""
        found: dict[tuple[str, str, str], list[Decimal]] = {}
        for entry in self.maelis.journal():
            key = entry['regie'], f'{entry["family"]}-{entry["number"]}', entry['reference']
            found.setdefault(key, []).append(Decimal(entry['amount']))
        return found

    def unfinished(self) -> int:
        return _unfinished().count()

    def stuck(self) -> str:
        """Of an unfinished payment, what happened to it and to the others of its invoice."""
        first = _unfinished().first()
        if first is None:
            return 'none any more'
        same = Payment.objects.of_invoices(first.regie, [first.invoice_number])
        told = PaymentEvent.objects.filter(payment__in=same).order_by('pk')
        lines = [f'{event.payment_id}: {event.event} ({event.reason})' for event in told]
        return '\n'.join([f'payment {first.pk}', *lines])

    def shorten_pauses(self) -> None:
        """To the lag that Maelis is given before it is asked what it shows: no promise rests on more."""
        soon = timezone.now() + timedelta(seconds=self.connector.payment_lag)
        paused = Payment.objects.filter(state__in=(State.RECORDED, State.UNCERTAIN), next_attempt_at__gt=soon)
        with transaction.atomic():
            # Those that a worker holds can wait: it locks payments of one invoice, in an order of its own.
            idle = list(paused.select_for_update(skip_locked=True).values_list('pk', flat=True))
            paused.filter(pk__in=idle).update(next_attempt_at=soon)
