"""P6: well-formed notifications of an authorised caller, whatever the state of invoice and régie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.use_cases.work import work
from tests.promises.commands import ask
from tests.promises.figures import Figures
from tests.promises.stage import FAMILIES, Bill, Stage

#: What Maelis says of the invoice; None: it was cancelled after it was read.
INVOICES: dict[str, dict[str, Any] | None] = {
    'to pay': {},
    'paid': {'paid': '42.00'},
    'part paid': {'paid': '12.00'},
    'paid at the treasury': {'treasury': '42.00'},
    'past due': {'deadline': '2020-01-31'},
    'zero': {'amount': '0.00'},
    'credit': {'amount': '-42.00'},
    'cancelled': None,
}
REGIES: dict[str, dict[str, Any]] = {
    'open': {},
    'closed to online payment': {'online_payment': False},
    'not in use': {'active': False},
    'above its maximum': {'maximum_amount': '1.00'},
    'below its minimum': {'minimum_amount': '1000.00'},
}
#: What a portal may call an invoice that Maelis does not have; each is used with a number of its own.
NAMES = ('999999999-{}', '0-{}', 'abc-{}', 'é-{}', 'family-with-dashes-{}', '-{}')
NOTIFICATIONS: dict[str, dict[str, Any]] = {
    'bare': {},
    'whole': {'amount': '42.00'},
    'too much': {'amount': '1000'},
    'too little': {'amount': 0.01},
    'nothing': {'amount': '0'},
    'negative': {'amount': '-5.00'},
    'amount unreadable': {'amount': 'quarante-deux'},
    'date unreadable': {'transaction_date': 'hier'},
    'of last year': {'transaction_date': '2025-04-01T10:00:00'},
    'with more': {'bank_data': {'é': ['&']}, 'order_id': 12, 'email': None},
}


def notify_of_everything(stage: Stage, *, tables: int, number: int) -> Figures:
    """The whole table so many times, each time in another order."""
    dice, figures = Random(number), new_figures(stage, number)
    for _ in range(tables):
        situations: list[Callable[[Stage, Random, Figures], None]] = [
            *(partial(of_an_invoice, name=name, read=read) for name in INVOICES for read in (True, False)),
            *(partial(of_a_regie, name=name) for name in REGIES),
            *(partial(of_a_name, name=name) for name in NAMES),
        ]
        dice.shuffle(situations)
        for situation in situations:
            situation(stage, dice, figures)
            figures.counts['situations'] += 1
    return figures


def new_figures(stage: Stage, number: int) -> Figures:
    return Figures('P6', stage.site.vendor, number, wrong=('refused', 'not recorded', 'unseen'))


def of_an_invoice(stage: Stage, dice: Random, figures: Figures, *, name: str, read: bool) -> None:
    bill, facts = stage.bills(['42.00'], regie='007')[0], INVOICES[name]
    stage.put(bill, **(facts or {}))
    if read:
        assert ask(bill.path(f'invoice/{bill.id}/'))[0] == 200
    if facts is None:
        stage.remove(bill)
    _notify(bill, dice, figures)


def of_a_regie(stage: Stage, dice: Random, figures: Figures, *, name: str) -> None:
    bill = stage.bills(['42.00'], regie='007')[0]
    with _changed(stage, REGIES[name]):
        _notify(bill, dice, figures)


def of_a_name(stage: Stage, dice: Random, figures: Figures, *, name: str) -> None:
    """No invoice will ever take it: a person must see it whatever else happens."""
    family, _, number = name.format(next(FAMILIES)).rpartition('-')
    bill = Bill('007', family, number, stage.bills(['1.00'])[0].total)
    recorded = Payment.objects.filter(regie__code='007', invoice_number__endswith=number)
    _tell(bill, {'whole': NOTIFICATIONS['whole']}, figures)
    work(actor='worker')
    figures.counts['not recorded'] += recorded.count() != 1
    figures.counts['unseen'] += recorded.filter(attention='').count()


def _notify(bill: Bill, dice: Random, figures: Figures) -> None:
    names = dice.sample(list(NOTIFICATIONS), len(NOTIFICATIONS))
    _tell(bill, {name: NOTIFICATIONS[name] for name in names}, figures)
    recorded = _recorded(bill)
    transactions = recorded.values_list('transaction_id', flat=True)
    figures.counts['not recorded'] += len({*NOTIFICATIONS} ^ {*transactions})
    work(actor='worker')
    work(actor='worker')
    figures.counts['unseen'] += len(_silent(bill))


def _tell(bill: Bill, bodies: dict[str, dict[str, Any]], figures: Figures) -> None:
    for name, body in bodies.items():
        status, answer = ask(bill.pay_path, {'transaction_id': name, **body})
        figures.counts['notifications'] += 1
        figures.counts['refused'] += (status, answer['err']) != (200, 0)


def _silent(bill: Bill) -> list[Payment]:
    """Neither sent nor shown; only behind one that a person must settle may others wait."""
    if _recorded(bill).filter(attention=Attention.UNDECIDED).exists():
        return []
    waiting = _recorded(bill).filter(attention='', failures=0)
    return [payment for payment in waiting if not payment.sent_amount]


def _recorded(bill: Bill) -> Any:
    return Payment.objects.filter(regie__code=bill.regie, family_id=bill.family, invoice_number=bill.number)


@contextmanager
def _changed(stage: Stage, columns: dict[str, Any]) -> Iterator[None]:
    regies = type(stage.regies['007']).objects.filter(code='007')
    before = regies.values(*columns).get() if columns else {}
    regies.update(**columns)
    yield
    regies.update(**before)
