"""What does not agree, once Maelis was read: kept as rows of the reconciliation."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.utils import timezone

from ..domain.attention import Oddity
from ..domain.balance import Balance
from ..domain.money import ZERO, amount_text
from ..domain.paris import day_in_paris
from ..domain.payment_states import State
from ..domain.reconciliation import Account, Difference, OurPayment, Patience, differences
from ..models import Discrepancy, Invoice, InvoiceList, Payment, Reconciliation
from .balance_payments import accepted_payments, balance_by_day
from .compare_with_bank import compare_with_bank

#: Invoices compared at a time.
BATCH = 500
InvoiceKey = tuple[str, str]


def compare_accounts(run: Reconciliation) -> None:
    """Replaces what an earlier comparison of the same row found."""
    run.discrepancies.all().delete()
    found = [*_against_maelis(run), *compare_with_bank(run)]
    for n, row in enumerate(found, start=1):
        row.reconciliation, row.n = run, n
    Discrepancy.objects.bulk_create(found)
    of_period = accepted_payments(run.regie, run.first_day, run.last_day)
    run.payments = of_period.count()
    run.balance = _balance(run)


def _against_maelis(run: Reconciliation) -> Iterator[Discrepancy]:
    lag = timedelta(seconds=run.regie.connector.payment_lag)
    patience = Patience(lag, max(timedelta(days=1), 10 * lag))
    for payments, account in _accounts(run):
        by_key = {payment.pk: payment for payment in payments}
        for difference in differences(account, patience):
            yield _row(by_key[difference.key], difference)


def _accounts(run: Reconciliation) -> Iterator[tuple[Sequence[Payment], Account]]:
    """Each invoice paid in the period, with all our payments of it, whenever they were made."""
    numbers = _numbers(run)
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        payments = Payment.objects.of_invoices(run.regie, batch).exclude(family_id__in=run.unread)
        invoices = {row.number: row for row in _invoices(run, batch)}
        read_at = _read_at(run, payments)
        ordered = payments.order_by('invoice_number', 'family_id', 'received_at', 'pk')
        for (number, family_id), rows in groupby(ordered, _invoice_of):
            of_invoice = list(rows)
            invoice = invoices.get(number)
            known = invoice if invoice and invoice.family_id == family_id else None
            yield of_invoice, _account(of_invoice, known, read_at.get(family_id) or timezone.now())


def _numbers(run: Reconciliation) -> list[str]:
    """None of a family that was erased: Maelis cannot be asked about it any more."""
    of_period = accepted_payments(run.regie, run.first_day, run.last_day).filter(erased_at=None)
    paid = of_period.exclude(family_id__in=run.unread)
    return list(paid.order_by('invoice_number').values_list('invoice_number', flat=True).distinct())


def _invoices(run: Reconciliation, numbers: Sequence[str]) -> Iterable[Invoice]:
    rows = Invoice.objects.filter(regie=run.regie, number__in=numbers)
    return rows.only('number', 'family_id', 'paid', 'paid_at_treasury', 'vanished_at')


def _read_at(run: Reconciliation, payments: Iterable[Payment]) -> dict[str, datetime]:
    families = {payment.family_id for payment in payments}
    lists = InvoiceList.objects.filter(regie=run.regie, family_id__in=families, read_at__isnull=False)
    return {item.family_id: item.read_at for item in lists if item.read_at}


def _invoice_of(payment: Payment) -> InvoiceKey:
    return payment.invoice_number, payment.family_id


def _account(payments: Sequence[Payment], invoice: Invoice | None, read_at: datetime) -> Account:
    return Account(
        payments=[_ours(payment) for payment in payments],
        read_at=read_at,
        paid_directly=invoice.paid - invoice.paid_at_treasury if invoice else None,
        paid_at_treasury=invoice.paid_at_treasury if invoice else ZERO,
        vanished=bool(invoice and invoice.vanished_at),
    )


def _ours(payment: Payment) -> OurPayment:
    not_known_then = Oddity.INVOICE_NOT_READ_YET in payment.oddities and payment.sent_amount is None
    return OurPayment(
        key=payment.pk,
        state=State(payment.state),
        received_at=payment.received_at,
        amount=payment.amount or ZERO,
        sent=payment.sent_amount,
        baseline=payment.baseline,
        acknowledged_at=payment.acknowledged_at,
        withdrawn=payment.withdrawn_at is not None,
        elsewhere=None if not_known_then else payment.elsewhere,
    )


def _row(payment: Payment, difference: Difference) -> Discrepancy:
    return Discrepancy(
        kind=difference.kind,
        payment=payment,
        family_id=payment.family_id,
        invoice_number=payment.invoice_number,
        reference=payment.transaction_id,
        day=day_in_paris(payment.received_at),
        expected=difference.expected,
        shown=difference.shown,
        amount=difference.amount,
    )


def _balance(run: Reconciliation) -> dict[str, str]:
    days = balance_by_day(regie=run.regie, first_day=run.first_day, last_day=run.last_day)
    total = sum(days.values(), Balance())
    names = ('accepted', 'delivered', 'pending', 'needing_attention', 'reversed', 'credited')
    return {name: amount_text(getattr(total, name)) for name in names}
