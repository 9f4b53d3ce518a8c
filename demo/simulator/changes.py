"""Invoices made, changed or cancelled by hand, from the control URL's JSON."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from demo.simulator.books import Books
from demo.simulator.calendar import today
from demo.simulator.invoice import Invoice, Line, Payer
from demo.simulator.town import CODES

FREE_NUMBERS = 900_001
TEXTS = ('name', 'label')
AMOUNTS = ('amount', 'paid', 'treasury')
DATES = ('issued', 'deadline')


def change_invoice(
    books: Books,
    *,
    family: str | int,
    regie: str,
    number: str | int | None = None,
    removed: bool = False,
    **facts: Any,
) -> Invoice | None:
    """The invoice as it is now in the books, or None when it was removed.

    Without a number a free one is taken. An invoice that did not exist is of 10.00 euros, unpaid and due in
    thirty days; another amount makes it an invoice of one line. Raises `ValueError`.
    """
    if regie not in CODES:
        raise ValueError(f'regie must be one of {", ".join(CODES)}')
    with books.lock:
        number = str(number or _free_number(books, regie))
        if removed:
            books.remove(regie, number)
            return None
        before = books.bare(regie, number) or _plain_invoice(str(int(family)), regie, number)
        books.put(_changed(replace(before, family=str(int(family))), facts))
        return books.invoice(regie, number, all_money=True)


def invoice_to_json(invoice: Invoice) -> dict[str, Any]:
    return {
        'family': invoice.family,
        'regie': invoice.regie,
        'number': invoice.number,
        **{name: getattr(invoice, name) for name in TEXTS},
        **{name: str(getattr(invoice, name)) for name in (*AMOUNTS, 'remaining', *DATES)},
        'has_pdf': invoice.has_pdf,
    }


def _changed(invoice: Invoice, facts: dict[str, Any]) -> Invoice:
    if unknown := facts.keys() - {*TEXTS, *AMOUNTS, *DATES, 'has_pdf'}:
        raise ValueError(f'an invoice has no {sorted(unknown)}')
    known: dict[str, Any] = {name: facts[name] for name in (*TEXTS, 'has_pdf') if name in facts}
    known |= {name: Decimal(str(facts[name])).quantize(Decimal('0.01')) for name in AMOUNTS if name in facts}
    known |= {name: date.fromisoformat(str(facts[name])) for name in DATES if name in facts}
    if 'amount' in known:
        known['lines'] = (_line(invoice, known['amount']),)
    return replace(invoice, **known)


def _plain_invoice(family: str, regie: str, number: str) -> Invoice:
    amount = Decimal('10.00')
    invoice = Invoice(
        family=family,
        name='Dupont',
        regie=regie,
        number=number,
        label='Facture & essai',
        issued=today(),
        deadline=today() + timedelta(days=30),
        payer=Payer(f'{family}1', 'Mme', 'Dupont', 'Zoé'),
        lines=(),
        amount=amount,
    )
    return replace(invoice, lines=(_line(invoice, amount),))


def _line(invoice: Invoice, amount: Decimal) -> Line:
    return Line(
        number=1,
        person=f'{invoice.family}2',
        name=f'Noël {invoice.name}',
        activity='ACT1',
        label=invoice.label,
        start=invoice.issued,
        end=invoice.issued,
        quantity=Decimal(1),
        unit_price=amount,
    )


def _free_number(books: Books, regie: str) -> int:
    return next(number for number in count(FREE_NUMBERS) if not books.bare(regie, str(number)))
