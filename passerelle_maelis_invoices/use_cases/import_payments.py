"""Record payments that the portal gave up telling, from a list that an administrator got from it.

Doing it twice changes nothing: a transaction that is known for its invoice is left as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ..domain.french import euros
from ..domain.invoice import split_invoice_id
from ..domain.payment_row import PaymentRow, RowError
from ..models import Connector, Payment, Regie
from ..models.payment import erased_numbers
from .record_payment import record_payment

#: Transactions looked up with one query.
CHUNK = 500


class Verdict(StrEnum):
    NEW = 'new'
    KNOWN = 'known'
    #: Known with another amount: ours is kept, and a person is told.
    DIFFERS = 'differs'


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done with one row."""

    row: PaymentRow
    regie: Regie
    verdict: Verdict
    #: The amount that we know, when it differs.
    ours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Step, ...]
    errors: tuple[RowError, ...]

    def of(self, verdict: Verdict) -> list[Step]:
        return [step for step in self.steps if step.verdict is verdict]


def plan_import(rows: Sequence[PaymentRow], *, connector: Connector | None = None) -> Plan:
    """Changes nothing. Without ``connector`` each row names its own, unless there is only one."""
    places: list[tuple[PaymentRow, Regie]] = []
    errors: list[RowError] = []
    find = _finder(connector)
    for row in rows:
        found = find(row)
        if isinstance(found, Regie):
            places.append((row, found))
        else:
            errors.append(RowError(row.place, found))
    steps = tuple(_steps(places, errors))
    return Plan(steps, tuple(errors))


def import_payments(
    plan: Plan, *, actor: str, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Records what is new, each payment in a transaction of its own; the number of them.

    Raises StorageError when the database fails: what was recorded stays, and the same import may be repeated.
    """
    new = plan.of(Verdict.NEW)
    for done, step in enumerate(new):
        on_progress(done, len(new))
        row = step.row
        record_payment(
            regie=step.regie, invoice_id=row.invoice_id, notice=row.notice, client=None, actor=actor
        )
    on_progress(len(new), len(new))
    return len(new)


def _finder(only: Connector | None) -> Callable[[PaymentRow], Regie | str]:
    """From a row to its régie, or to what is wrong with it."""
    connectors = {connector.slug: connector for connector in Connector.objects.defer('password')}
    regies = {(regie.connector_id, regie.code): regie for regie in Regie.objects.all()}
    default = only or (next(iter(connectors.values())) if len(connectors) == 1 else None)

    def find(row: PaymentRow) -> Regie | str:
        connector = connectors.get(row.connector) if row.connector else default
        if connector is None:
            return f'connecteur inconnu : {row.connector!r}.' if row.connector else 'dites quel connecteur.'
        if only and connector.pk != only.pk:
            return f'« {row.connector} » n’est pas le connecteur choisi, « {only.slug} ».'
        missing = f'le connecteur « {connector.slug} » n’a pas de régie {row.regie!r}.'
        return regies.get((connector.pk, row.regie), missing)

    return find


Key = tuple[int, str, str, str]


def _steps(places: list[tuple[PaymentRow, Regie]], errors: list[RowError]) -> Iterable[Step]:
    """Adds to ``errors`` the rows that contradict an earlier one."""
    known = _known(places)
    earlier: dict[Key, PaymentRow] = {}
    for row, regie in places:
        key = _key(row, regie)
        first = earlier.setdefault(key, row)
        if first is not row and first.notice.amount != row.notice.amount:
            errors.append(RowError(row.place, f'même transaction, autre montant que {first.place}.'))
        else:
            yield _step(row, regie, known, repeated=first is not row)


def _step(row: PaymentRow, regie: Regie, known: dict[Key, Decimal | None], *, repeated: bool) -> Step:
    key, amount = next((key for key in _keys(row, regie) if key in known), None), row.notice.amount
    if key is None:
        return Step(row, regie, Verdict.KNOWN if repeated else Verdict.NEW)
    ours = known[key]
    if amount is None or ours is None or amount == ours:
        return Step(row, regie, Verdict.KNOWN)
    return Step(row, regie, Verdict.DIFFERS, ours)


def _known(places: list[tuple[PaymentRow, Regie]]) -> dict[Key, Decimal | None]:
    """The amounts of the payments that we hold already."""
    transactions = list({row.notice.transaction_id for row, _ in places})
    found: dict[Key, Decimal | None] = {}
    for start in range(0, len(transactions), CHUNK):
        payments = Payment.objects.filter(transaction_id__in=transactions[start : start + CHUNK])
        for payment in payments.only('regie_id', 'transaction_id', 'family_id', 'invoice_number', 'amount'):
            found[payment.regie_id, payment.transaction_id, payment.family_id, payment.invoice_number] = (
                payment.amount
            )
    return found


def _key(row: PaymentRow, regie: Regie) -> Key:
    return (regie.pk, row.notice.transaction_id, *split_invoice_id(row.invoice_id))


def _keys(row: PaymentRow, regie: Regie) -> list[Key]:
    """Its own, and those that it has where the family was erased since."""
    erased = erased_numbers(row.invoice_id)
    return [_key(row, regie), *((regie.pk, row.notice.transaction_id, '', number) for number in erased)]


def in_words(step: Step) -> str:
    """For the administrator: 'ligne 3 : à enregistrer, facture 1312-30, 42,00 €, transaction T1'."""
    row = step.row
    amount = 'ce qui reste à payer' if row.notice.amount is None else euros(row.notice.amount)
    differs = f' (enregistré pour {euros(step.ours)}, conservé)' if step.ours is not None else ''
    what = WORDS[step.verdict]
    payment = f'facture {row.invoice_id}, {amount}{differs}, transaction {row.notice.transaction_id}'
    return f'{row.place} : {what}, {payment}'


WORDS = {
    Verdict.NEW: 'à enregistrer',
    Verdict.KNOWN: 'déjà connu',
    Verdict.DIFFERS: 'montant différent',
}
