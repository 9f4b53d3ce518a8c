"""Maelis's books: the town, what people changed in it, and the money that came in."""

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from threading import RLock

from demo.simulator.invoice import Invoice
from demo.simulator.journal import Entry, Journal
from demo.simulator.town import Town

ZERO = Decimal('0.00')
Key = tuple[str, str]


class Refusal(Exception):
    """Maelis says no: `code` is for machines, the text for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Order:
    """What a `payInvoices` asks for."""

    family: str
    regie: str
    numbers: tuple[str, ...]
    amount: Decimal
    reference: str
    paid_at: str


class Books:
    """`lag` is how many seconds an applied payment stays invisible to whoever reads the invoices.

    The same order twice is paid twice, unless `refuse_duplicates`.
    """

    def __init__(self, town: Town, journal: Journal, lag: float = 0) -> None:
        self.town, self.journal, self.lag = town, journal, lag
        self.refuse_duplicates = False
        self.lock = RLock()
        self._changed: dict[Key, Invoice | None] = {}
        self._elsewhere: dict[tuple[str, str, bool], Decimal] = defaultdict(lambda: ZERO)
        self._known: set[tuple[str, tuple[str, ...], str]] = set()
        self._paid: dict[Key, list[tuple[float, Decimal]]] = defaultdict(list)
        for entry in journal.entries:
            self._enter(entry)

    def invoices(self, family: str, regie: str, *, all_money: bool = False) -> list[Invoice]:
        """What Maelis shows; with `all_money`, payments that the lag still hides count too."""
        with self.lock:
            invented = self.town.invoices(int(family), regie)
            untouched = [invoice for invoice in invented if (regie, invoice.number) not in self._changed]
            changed = [invoice for key, invoice in self._changed.items() if invoice and key[0] == regie]
            own = [*untouched, *(invoice for invoice in changed if invoice.family == family)]
            return [self._with_money(invoice, all_money) for invoice in own]

    def invoice(self, regie: str, number: str, *, all_money: bool = False) -> Invoice | None:
        with self.lock:
            key = regie, number
            found = self._changed[key] if key in self._changed else self.town.invoice(regie, number)
            return self._with_money(found, all_money) if found else None

    def pay(self, order: Order, *, refuse_duplicates: bool = False) -> Entry:
        """Raises `Refusal`; otherwise the payment is in the journal when this returns."""
        with self.lock:
            invoices = [self._payable(order, number) for number in order.numbers]
            self._check(order, refuse_duplicates or self.refuse_duplicates)
            entry = self.journal.append(
                family=order.family,
                regie=order.regie,
                number=order.numbers[0],
                numbers=order.numbers,
                amount=str(order.amount),
                parts=_parts(order.amount, invoices),
                reference=order.reference,
                paid_at=order.paid_at,
            )
            self._enter(entry)
            return entry

    def add_money(self, regie: str, number: str, amount: Decimal, *, treasury: bool = False) -> None:
        """Money from elsewhere (counter, bank, treasury): shown at once, and in no journal."""
        with self.lock:
            if not self.invoice(regie, number):
                raise Refusal('FACTURE_INCONNUE', f'Facture {number} inconnue dans la régie {regie}')
            self._elsewhere[regie, number, treasury] += amount

    def put(self, invoice: Invoice) -> None:
        """Creates or replaces an invoice; money that came in since stays with its number."""
        with self.lock:
            self._changed[invoice.regie, invoice.number] = invoice

    def bare(self, regie: str, number: str) -> Invoice | None:
        """The invoice without the money that came in since."""
        with self.lock:
            key = regie, number
            return self._changed[key] if key in self._changed else self.town.invoice(regie, number)

    def remove(self, regie: str, number: str) -> None:
        with self.lock:
            self._changed[regie, number] = None

    def _enter(self, entry: Entry) -> None:
        self._known.add((entry.regie, entry.numbers, entry.reference))
        for number, part in entry.parts.items():
            self._paid[entry.regie, number].append((entry.seconds, Decimal(part)))

    def _with_money(self, invoice: Invoice, all_money: bool) -> Invoice:
        key = invoice.regie, invoice.number
        shown_until = float('inf') if all_money else time.time() - self.lag
        paid = sum((amount for when, amount in self._paid.get(key, ()) if when <= shown_until), ZERO)
        return replace(
            invoice,
            paid=invoice.paid + paid + self._elsewhere.get((*key, False), ZERO),
            treasury=invoice.treasury + self._elsewhere.get((*key, True), ZERO),
        )

    def _payable(self, order: Order, number: str) -> Invoice:
        invoice = self.invoice(order.regie, number, all_money=True)
        if not invoice or invoice.family != order.family:
            raise Refusal('FACTURE_INCONNUE', f'Facture {number} inconnue pour le dossier {order.family}')
        return invoice

    def _check(self, order: Order, refuse_duplicates: bool) -> None:
        if not order.numbers:
            raise Refusal('FACTURE_INCONNUE', 'Aucune facture à payer')
        if not order.amount.is_finite() or order.amount <= 0:
            raise Refusal('MONTANT_INVALIDE', f'Montant {order.amount} invalide')
        if refuse_duplicates and self._is_known(order):
            raise Refusal('PAIEMENT_EN_DOUBLE', f'Transaction {order.reference} déjà enregistrée')

    def _is_known(self, order: Order) -> bool:
        return (order.regie, order.numbers, order.reference) in self._known


def _parts(amount: Decimal, invoices: list[Invoice]) -> dict[str, str]:
    """Each invoice takes what it lacks, in the order given; the last one takes the rest."""
    parts: dict[str, str] = {}
    left = amount
    for invoice in invoices[:-1]:
        part = min(left, max(invoice.remaining, ZERO))
        parts[invoice.number] = str(part)
        left -= part
    parts[invoices[-1].number] = str(left)
    return parts
