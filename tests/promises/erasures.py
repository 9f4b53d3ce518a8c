"""P18: a family is erased. Nothing of it is left, no total changes, and what comes later still lands.

A family with every fate that a payment can have, marked by words that nobody else has (canaries), beside
another one that stays.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind
from passerelle_maelis_invoices.domain.paris import day_in_paris
from passerelle_maelis_invoices.models import (
    CreditNote,
    Discrepancy,
    LedgerEntry,
    Payment,
    Reachability,
    Reconciliation,
    Regie,
    RejectedNotification,
)
from passerelle_maelis_invoices.use_cases.correct_payment import link_payment_to_invoice
from passerelle_maelis_invoices.use_cases.declare_withdrawn import declare_withdrawn_from_maelis
from passerelle_maelis_invoices.use_cases.issue_credit_note import issue_credit_note
from passerelle_maelis_invoices.use_cases.make_exports import make_exports
from passerelle_maelis_invoices.use_cases.note_payment_seen import note_payment_seen
from passerelle_maelis_invoices.use_cases.raise_alerts import raise_alerts
from passerelle_maelis_invoices.use_cases.reconcile_payments import ask_for_reconciliation, reconcile
from passerelle_maelis_invoices.use_cases.record_refund import record_refund_done, record_refund_returned
from passerelle_maelis_invoices.use_cases.request_export import request_export
from passerelle_maelis_invoices.use_cases.reverse_payment import reverse_payment
from passerelle_maelis_invoices.use_cases.settle_rejected_notification import dismiss_notification
from passerelle_maelis_invoices.use_cases.work import work
from tests.promises.commands import ask
from tests.promises.figures import Figures
from tests.promises.left_behind import missing, totals
from tests.promises.stage import Bill, Stage

WRONG = ('left behind', 'lost of others', 'changed', 'doubled', 'lost')
LINKS = '/admin/passerelle_maelis_invoices/familylink/add/'
WORDS = ('libelle', 'payeur', 'usager', 'courriel', 'commande', 'banque', 'rib', 'motif', 'virement', 'rejet')


def erase_families(stage: Stage, *, times: int, number: int) -> Figures:
    """One family after the other lives, is erased, and is heard of again. A fixed number of payments each."""
    dice, figures = Random(number), Figures('P18', stage.site.vendor, number, wrong=WRONG)
    with tempfile.TemporaryDirectory(prefix='exports') as folder:
        with override_settings(MAELIS_INVOICES_EXPORT_DIR=folder):
            for _ in range(times):
                _one(stage, Path(folder), dice, figures)
                figures.counts['erasures'] += 1
    return figures


@dataclass
class Family:
    """``words`` are its canaries; its number and those of its invoices are canaries too."""

    stage: Stage
    dice: Random
    regie: str
    family: int = 0
    words: dict[str, str] = field(default_factory=dict)
    bills: list[Bill] = field(default_factory=list)
    told: list[tuple[Bill, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.family = self._long_number()
        self.words = {word: f'canari-{word}-{self._long_number()}' for word in WORDS}

    @property
    def canaries(self) -> list[str]:
        return [*self.words.values(), str(self.family), *(bill.number for bill in self.bills)]

    def bill(self, total: str = '42.00') -> Bill:
        bill = self.stage.bill(total, family=self.family, regie=self.regie, number=self._long_number())
        self.stage.put(bill, label=self.words['libelle'], name=self.words['payeur'])
        self.bills.append(bill)
        return bill

    def unknown_bill(self) -> Bill:
        bill = Bill(self.regie, str(self.family), str(self._long_number()), Decimal('42.00'))
        self.bills.append(bill)
        return bill

    def pay(self, bill: Bill, transaction: str, amount: str = '42.00') -> Payment:
        body = {
            'transaction_id': f'{transaction}-{bill.number[-5:]}-{self.dice.randrange(10**6)}',
            'amount': amount,
            'transaction_date': timezone.now().strftime('%Y-%m-%dT%H:%M:%S'),
            'email': self.words['courriel'],
            'order_id': self.words['commande'],
            'bank_transaction_id': self.words['banque'],
            'bank_data': {'iban': self.words['rib'], 'invoice': bill.id},
        }
        self.told.append((bill, body))
        return self.tell(bill, body)

    def tell(self, bill: Bill, body: dict[str, Any]) -> Payment:
        status, answer = ask(bill.pay_path, body)
        assert status == 200, answer
        return Payment.objects.filter(transaction_id=body['transaction_id']).latest('pk')

    def why(self) -> dict[str, str]:
        return {'actor': 'Mme Durand', 'reason': f'dit par {self.words["motif"]}'}

    def _long_number(self) -> int:
        """Of ten digits, as large as Maelis takes them: found nowhere else by chance."""
        return self.dice.randrange(10**9, 2**31)


def _one(stage: Stage, folder: Path, dice: Random, figures: Figures) -> None:
    regie = dice.choice(list(stage.regies))
    family, other = Family(stage, dice, regie), Family(stage, dice, regie)
    _live(stage, family, other)
    assert not missing(family.canaries, folder), 'a canary that never got anywhere proves nothing'
    others = [word for word in other.canaries if word not in missing(other.canaries, folder)]
    before = totals(stage)

    _erase(stage, family)

    figures.counts['canaries'] += len(family.canaries)
    left = set(family.canaries) - set(missing(family.canaries, folder))
    print('left behind:', *left or ['nothing'])
    figures.counts['left behind'] += len(left)
    figures.counts['lost of others'] += len(missing(others, None))
    figures.counts['changed'] += totals(stage) != before
    figures.counts['changed'] += _differences_of(stage, regie) > 0
    _hear_of_it_again(stage, family, figures)
    figures.counts['doubled'] += sum(len(paid) > 1 for paid in stage.applied().values())


def _live(stage: Stage, family: Family, other: Family) -> None:
    for one in (family, other):
        _link(one)
        kept = one.bill()
        assert ask(one.bills[0].path('invoices/', NameID=one.words['usager']))[0] == 200
        one.pay(kept, 'T-kept')
    _is_paid_back(family)
    _is_paid_twice(family)
    reversed_one = _is_reversed(stage, family)
    moved = _is_moved(family, other)
    raise_alerts(connector=stage.connector)
    link_payment_to_invoice(moved, invoice_id=other.bill().id, **family.why())
    _refused_while_unfinished(family)
    _work_it_off()
    for payment in Payment.objects.asked():
        note_payment_seen(payment, **family.why())
    stage.put(reversed_one, paid='-42.00')
    _is_rejected(family)
    _books_and_files(stage, family)


def _link(family: Family) -> None:
    """By an administrator, of whom Django's own journal keeps the words."""
    client = Client(headers={'host': 'localhost'})
    client.force_login(User.objects.get_or_create(username='admin', is_staff=True, is_superuser=True)[0])
    form = {'connector': family.stage.connector.pk, 'name_id': family.words['usager']}
    assert client.post(LINKS, {**form, 'family_id': family.family}).status_code == 302


def _is_paid_back(family: Family) -> None:
    """More than what was due; the transfer came back once."""
    payment = family.pay(family.bill(), 'T-much', '50.00')
    _work_it_off()
    payment = Payment.objects.get(pk=payment.pk)
    _refund(issue_credit_note(payment, **family.why()), family)


def _is_paid_twice(family: Family) -> None:
    bill = family.bill()
    family.pay(bill, 'T-first')
    second = family.pay(bill, 'T-second')
    _work_it_off()
    _refund(issue_credit_note(Payment.objects.get(pk=second.pk), **family.why()), family)


def _refund(note: CreditNote, family: Family) -> None:
    done = {
        'done_on': day_in_paris(timezone.now()),
        'reference': family.words['virement'],
        'actor': 'Mme Durand',
    }
    record_refund_done(note, **done)
    record_refund_returned(note, **family.why())
    record_refund_done(note, **done)


def _is_reversed(stage: Stage, family: Family) -> Bill:
    bill = family.bill()
    payment = family.pay(bill, 'T-reversed')
    _work_it_off()
    payment = Payment.objects.get(pk=payment.pk)
    reverse_payment(payment, **family.why())
    declare_withdrawn_from_maelis(payment, **family.why())
    return bill


def _is_moved(family: Family, other: Family) -> Payment:
    """Told for an invoice that nobody knows, which is the family's by its number, and was the other's."""
    payment = other.pay(family.unknown_bill(), 'T-moved')
    _work_it_off()
    return Payment.objects.get(pk=payment.pk)


def _is_rejected(family: Family) -> None:
    status, _ = ask(family.bills[0].pay_path, {'amount': '42.00', 'email': family.words['rejet']})
    assert status == 400
    for rejected in RejectedNotification.objects.filter(settled_at=None):
        dismiss_notification(rejected, **family.why())


def _refused_while_unfinished(family: Family) -> None:
    family.pay(family.bill(), 'T-last')
    try:
        _command(family)
    except CommandError as refusal:
        assert 'ne peut pas encore être effacé' in str(refusal), refusal
        return
    raise AssertionError('a family with a payment on its way was erased')


def _books_and_files(stage: Stage, family: Family) -> None:
    regie = stage.regies[family.regie]
    lines = f'transaction_id;amount;date\n{family.words["banque"]};1,00;01/03/2026\n'
    _reconcile(regie, bank_file=('banque.csv', lines.encode()))
    stage.maelis.down()
    _reconcile(regie)
    stage.maelis.up()
    for kind in (ExportKind.PAYMENTS, ExportKind.INVOICES):
        for whose in ('', str(family.family)):
            request_export(
                regie=regie, kind=kind, format=ExportFormat.JSON, requested_by='admin', family_id=whose
            )
    make_exports()
    healthy = {'failures': 0, 'failing_since': None, 'open_until': None}
    Reachability.objects.update(**healthy, awry_about=family.family)


def _reconcile(regie: Regie, **bank: Any) -> Reconciliation:
    today = day_in_paris(timezone.now())
    days = {'first_day': today - timedelta(days=1), 'last_day': today}
    run = ask_for_reconciliation(regie=regie, actor='Mme Durand', **days, **bank)
    reconcile(run)
    return run


def _differences_of(stage: Stage, regie: str) -> int:
    """That a reconciliation of today finds about payments of families that are gone."""
    run = _reconcile(stage.regies[regie])
    return Discrepancy.objects.filter(reconciliation=run, payment__erased_at__isnull=False).count()


def _erase(stage: Stage, family: Family) -> None:
    kept = Payment.objects.count(), LedgerEntry.objects.count()
    assert 'règlements rendus anonymes' in _command(family, '--dry-run')
    assert Payment.objects.filter(family_id=family.family).exists(), 'a dry run erases nothing'
    _command(family)
    assert (Payment.objects.count(), LedgerEntry.objects.count()) == kept


def _command(family: Family, *options: str) -> str:
    out = StringIO()
    options = options or ('--yes', '--reason', 'demande de la famille')
    call_command('maelis_purge', str(family.family), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def _hear_of_it_again(stage: Stage, family: Family, figures: Figures) -> None:
    """Every notification comes again, then two new ones, the second of an invoice that Maelis has not."""
    count = Payment.objects.count()
    for bill, body in family.told:
        family.tell(bill, body)
    figures.counts['doubled'] += Payment.objects.count() - count
    late = [family.pay(family.bills[0], 'T-late'), family.pay(family.unknown_bill(), 'T-late')]
    _work_it_off()
    figures.counts['heard of again'] += len(family.told)
    asked = Payment.objects.asked().exclude(attention='').filter(pk__in=[payment.pk for payment in late])
    figures.counts['lost'] += len(late) - asked.count()
    for payment in Payment.objects.asked():
        reverse_payment(payment, **family.why())


def _work_it_off() -> None:
    """Whatever its turn: Maelis shows payments at once."""
    for _ in range(6):
        Payment.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())
        work(actor='worker')
