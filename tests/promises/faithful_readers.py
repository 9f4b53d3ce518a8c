"""P1 as a state machine: whatever happens after a payment was acknowledged, no reader sees it forgotten.

Half of the examples are honest: Maelis shows every payment within its lag, and money from elsewhere comes in
amounts that cannot be taken for a payment. There P2 is counted too: in the end each payment is in Maelis's
journal exactly once, or a person is asked. In the others Maelis lies as it likes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.models import QuerySet
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.models import Payment
from passerelle_maelis_invoices.use_cases.resubmit_payment import resubmit_payment
from passerelle_maelis_invoices.use_cases.reverse_payment import reverse_payment
from passerelle_maelis_invoices.use_cases.settle_uncertain_payment import (
    declare_held_by_maelis,
    declare_not_held_by_maelis,
)
from tests.promises.actors import Actors, Clock, acting
from tests.promises.commands import at
from tests.promises.figures import Figures
from tests.promises.promised import ZERO, Promised
from tests.promises.stage import CODES, FAMILIES, Bill, Stage

LAG = 60  # seconds, the connector's
FOR_EVER = 10**9
PAYING_FAULTS = (
    'commit_then_reset', 'commit_then_close', 'commit_then_500', 'commit_then_fault', 'half_body',
    'empty_200', 'reset_before_commit', 'unknown_fault', 'empty_202', 'html_200', 'other_word',
    'business_fault',
)  # fmt: skip
READING_FAULTS = (
    'reset_before_commit',
    'html_200',
    'empty_200',
    'truncated_xml',
    'unknown_fault',
    'half_body',
)
TOTALS = ('5.00', '12.00', '42.00', '350.00')
PAUSES = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=40), timedelta(days=1))
ROUNDS_TO_SETTLE = 40
#: Maelis may still have to hear of it.
OPEN = (State.RECORDED, State.SENDING, State.UNCERTAIN)

anybody = st.integers(0, 3)
which = st.integers(0, 1)
transactions = st.sampled_from(['T1', 'T2', 'T3', 'T4'])
ways = st.sampled_from(['current', 'history', 'detail', 'pending'])


class Readers(RuleBasedStateMachine):
    """`stage`, `actors` and `figures` are set by `read_faithfully`."""

    stage: Stage
    actors: Actors
    figures: Figures
    number = count(1)

    @initialize(totals=st.tuples(st.sampled_from(TOTALS), st.sampled_from(TOTALS)), honest=st.booleans())
    def open_an_account(self, totals: tuple[str, str], honest: bool) -> None:
        family, number = next(FAMILIES), next(self.number)
        self.honest = honest
        self.lagging_since: datetime | None = None
        self.stage.maelis.heal()
        self.actors.clock.advance(timedelta(days=1))
        self.bills = [
            self.stage.bill(total, family=family, regie=code, number=number)
            for total, code in zip(totals, CODES, strict=True)
        ]
        self.stage.link(self.bills[0])
        self.promised = [Promised(bill.total) for bill in self.bills]
        self.figures.counts['examples'] += 1

    # The portal.

    @rule(n=which, who=anybody, transaction=transactions, told=st.booleans())
    def pay_what_is_left(self, n: int, who: int, transaction: str, told: bool) -> None:
        shown = self._detail(n, who)
        amount = shown if told and shown else None
        self._pay(n, who, transaction, amount, shown=shown)

    @rule(n=which, who=anybody, transaction=transactions, euros=st.integers(1, 6))
    def pay_a_part(self, n: int, who: int, transaction: str, euros: int) -> None:
        self._pay(n, who, transaction, Decimal(euros), shown=self._detail(n, who))

    @rule(n=which, who=anybody, transaction=transactions)
    def pay_without_having_read(self, n: int, who: int, transaction: str) -> None:
        self._pay(n, who, transaction, self.bills[n].total, shown=None)

    @rule(n=which, who=anybody, transaction=transactions)
    def pay_an_amount_that_nobody_can_read(self, n: int, who: int, transaction: str) -> None:
        self._pay(n, who, transaction, None, shown=self._detail(n, who), amount='douze euros')

    @rule(n=which, who=anybody, how=ways)
    def read(self, n: int, who: int, how: str) -> None:
        self._look(n, who, how)

    # Time, workers, processes.

    @rule(who=anybody)
    def work_now(self, who: int) -> None:
        self.work(who)

    @rule(pause=st.sampled_from(PAUSES), who=anybody)
    def wait_and_work(self, pause: timedelta, who: int) -> None:
        self._pass(pause)
        self.work(who)

    @rule(pause=st.sampled_from(PAUSES))
    def wait(self, pause: timedelta) -> None:
        self._pass(pause)

    @rule(who=anybody, n=which)
    def reconnect(self, who: int, n: int) -> None:
        self.actors[who].do('reconnect')
        self._look(n, who, 'detail')

    @rule(who=anybody, chance=st.integers(0, 4))
    def restart(self, who: int, chance: int) -> None:
        """Rarer than the rest: a new process has to read the WSDL first."""
        if not chance:
            self.actors.restart(who)
        self._look(0, who, 'current')

    # Maelis.

    @rule(mode=st.sampled_from(PAYING_FAULTS), times=st.integers(1, 3))
    def spoil_payments(self, mode: str, times: int) -> None:
        self.stage.maelis.fault(mode, operation='payInvoices', times=times)
        self._step()

    @rule(mode=st.sampled_from(READING_FAULTS), times=st.integers(1, 3))
    def spoil_readings(self, mode: str, times: int) -> None:
        self.stage.maelis.fault(mode, operation='readInvoices', times=times)
        self._step()

    @rule(n=which)
    def go_down(self, n: int) -> None:
        self.stage.maelis.down()
        self._look(n, n, 'current')

    @rule()
    def lag(self) -> None:
        """An honest Maelis never hides again what it showed."""
        if not (self.honest and self._any_applied()):
            self.stage.maelis.control(lag=FOR_EVER)
            self.lagging_since = self.lagging_since or self.actors.clock.now
        self._step()

    @rule()
    def heal(self) -> None:
        self.stage.maelis.heal()
        self.lagging_since = None
        self._step()

    @rule(n=which, treasury=st.booleans())
    def receive_a_cent_from_elsewhere(self, n: int, treasury: bool) -> None:
        self._move(n, Decimal('0.01'), treasury=treasury)

    @rule(n=which, euros=st.integers(-350, 350))
    def show_something_else(self, n: int, euros: int) -> None:
        if not self.honest:
            self._move(n, Decimal(euros))
        self._look(n, n, 'detail')

    @rule(n=which)
    def cancel(self, n: int) -> None:
        if not self.honest:
            self.stage.remove(self.bills[n])
        self._look(n, n, 'current')

    @rule(n=which)
    def put_back(self, n: int) -> None:
        self.stage.put(self.bills[n])
        self._look(n, n, 'current')

    # People of the back office.

    @rule(n=which, transaction=transactions)
    def reverse(self, n: int, transaction: str) -> None:
        payment = self._payment(n, transaction)
        if payment and transaction in self.promised[n].live and self._may_reverse(payment):
            self._act(reverse_payment, payment, reason='payé deux fois')
            self.promised[n].reverse(transaction)
        self._look(n, n, 'detail')

    @rule(n=which, transaction=transactions)
    def settle(self, n: int, transaction: str) -> None:
        """A person looks Maelis's books through, and says what is there."""
        self._settle_one(n, transaction)
        self._step()

    @rule(n=which, transaction=transactions)
    def resubmit(self, n: int, transaction: str) -> None:
        payment = self._payment(n, transaction)
        if payment and payment.attention and payment.state in (State.RECORDED, State.REFUSED):
            self._act(resubmit_payment, payment, reason='cause levée')
        self._step()

    def teardown(self) -> None:
        """Both accounts by every reader; then, where Maelis was honest, its journal."""
        if not hasattr(self, 'bills'):
            return
        for who in range(4):
            for n in (0, 1):
                self._look(n, who, ('detail', 'current', 'history', 'pending')[who])
        if self.honest:
            self._settle_all()
            self._compare_with_the_journal()
        self._mine().update(next_attempt_at=None)

    # How it is done.

    def work(self, who: int) -> None:
        self.actors[who].do('do_round', actor=f'worker {who}')
        self._step()

    def _pay(
        self,
        n: int,
        who: int,
        transaction: str,
        value: Decimal | None,
        *,
        shown: Decimal | None,
        amount: str = '',
    ) -> None:
        body = {'transaction_id': f'{self.bills[n].id}-{transaction}'}
        if amount or value is not None:
            body['amount'] = amount or str(value)
        status, answer = self.actors[who].do('ask', path=self.bills[n].pay_path, body=body)
        assert status == 200, answer
        self.promised[n].acknowledge(transaction, value, shown=shown)
        self.figures.counts['payments'] += 1
        self._look(n, who + 1, 'detail')

    def _look(self, n: int, who: int, how: str) -> None:
        """One reading, against what was promised."""
        self._step()
        bill, most = self.bills[n], self.promised[n].most_payable
        for invoice in self._readings(bill, who, how):
            self.figures.counts['readings'] += 1
            told = f'{how} by {who}: {invoice}, promised at most {most}'
            wrong = Decimal(invoice['amount']) > most or (most == ZERO and invoice['online_payment'])
            self.figures.counts['forgotten'] += wrong
            assert not wrong, told
            assert how != 'history' or Decimal(invoice['amount']) == ZERO, told
            assert how not in ('current', 'pending') or most > ZERO, told

    def _readings(self, bill: Bill, who: int, how: str) -> list[dict[str, Any]]:
        """The invoice, as often as this reader sees it; a list that cannot be had has none."""
        path = {
            'current': bill.path('invoices/', NameID=bill.name_id),
            'history': bill.path('invoices/history/', NameID=bill.name_id),
            'detail': bill.path(f'invoice/{bill.id}/'),
            'pending': bill.path('users/with-pending-invoices/'),
        }[how]
        status, answer = self.actors[who].do('ask', path=path)
        assert status in (200, 404), answer
        data: Any = answer['data'] or []
        if how == 'detail':
            return [data] if data else []
        if how == 'pending' and data:
            data = data.get(bill.name_id, {'invoices': []})['invoices']
        return [dict(invoice) for invoice in data if invoice['id'] == bill.id]

    def _detail(self, n: int, who: int) -> Decimal | None:
        found = self._readings(self.bills[n], who, 'detail')
        return Decimal(found[0]['amount']) if found else None

    def _step(self) -> None:
        self.figures.counts['steps'] += 1
        if self.honest and self.lagging_since:
            lagging = self.actors.clock.now - self.lagging_since
            if lagging > timedelta(seconds=LAG - 30):
                self.heal_lag()

    def heal_lag(self) -> None:
        self.stage.maelis.control(lag=0)
        self.lagging_since = None

    def _pass(self, pause: timedelta) -> None:
        """An honest Maelis shows its payments before the lag is over."""
        if self.honest and self.lagging_since:
            self.heal_lag()
        self.actors.clock.advance(pause)
        self._step()

    def _move(self, n: int, amount: Decimal, *, treasury: bool = False) -> None:
        bill = self.bills[n]
        self.stage.put(bill)
        self.stage.maelis.add_money(
            regie=bill.regie, number=bill.number, amount=str(amount), treasury=treasury
        )
        self._step()

    def _payment(self, n: int, transaction: str) -> Payment | None:
        bill = self.bills[n]
        return Payment.objects.filter(
            regie=self.stage.regies[bill.regie], transaction_id=f'{bill.id}-{transaction}'
        ).first()

    def _may_reverse(self, payment: Payment) -> bool:
        """Where journals are compared, a payment that Maelis may hold is left alone."""
        return not self.honest or payment.state in (State.RECORDED, State.REFUSED)

    def _act(self, use_case: Callable[..., None], payment: Payment, *, reason: str) -> None:
        with at(self.actors.clock.tick()):
            try:
                use_case(payment, actor='Mme Durand', reason=reason)
            except BadRequest:
                raise AssertionError(f'{use_case.__name__} refused') from None

    def _applied(self, n: int, transaction: str) -> list[Decimal]:
        bill = self.bills[n]
        return self.stage.applied().get((bill.regie, bill.id, f'{bill.id}-{transaction}'), [])

    def _any_applied(self) -> bool:
        return any(bill.id == invoice for bill in self.bills for _, invoice, _ in self.stage.applied())

    def _settle_one(self, n: int, transaction: str) -> None:
        payment = self._payment(n, transaction)
        if payment and payment.attention == Attention.UNDECIDED and payment.state == State.UNCERTAIN:
            held = self._applied(n, transaction)
            settle = declare_held_by_maelis if held else declare_not_held_by_maelis
            self._act(settle, payment, reason='vu dans Maelis')

    def _settle_all(self) -> None:
        self.stage.maelis.heal()
        for bill in self.bills:
            self.stage.put(bill)
        self.lagging_since = None
        for _ in range(ROUNDS_TO_SETTLE):
            self.actors.clock.advance(timedelta(minutes=40))
            for n, promised in enumerate(self.promised):
                for transaction in promised.live:
                    self._settle_one(n, transaction)
            self.actors[0].do('do_round', actor='worker')
            if not self._mine().filter(state__in=OPEN, attention='').exists():
                return
        raise AssertionError(f'payments are never finished: {self._stories()}')

    def _stories(self) -> str:
        return '\n'.join(story(payment) for payment in self._mine())

    def _mine(self) -> QuerySet[Payment]:
        return Payment.objects.filter(family_id=self.bills[0].family)

    def _compare_with_the_journal(self) -> None:
        applied = self.stage.applied()
        for bill, promised in zip(self.bills, self.promised, strict=True):
            for transaction in [*promised.live, *promised.reversed]:
                reference = f'{bill.id}-{transaction}'
                times = len(applied.get((bill.regie, bill.id, reference), ()))
                payment = self._payment(self.bills.index(bill), transaction)
                assert payment, f'{reference} was acknowledged and is not there'
                delivered = payment.state in (State.DELIVERED, State.CONFIRMED)
                self.figures.counts['doubled'] += times > 1
                self.figures.counts['lost'] += delivered and not times
                asked = payment.attention or payment.state == State.REVERSED
                assert times <= 1, f'{times} times in Maelis: {self._stories()}'
                assert times or (asked and not delivered), f'not in Maelis: {story(payment)}'


def story(payment: Payment) -> str:
    """A payment and its journal, for a person who wonders."""
    events = [f'    {e.at:%d %H:%M:%S} {e.event} by {e.actor}: {e.reason}' for e in payment.events.all()]
    columns = 'regie_id', 'state', 'attention', 'amount', 'allotted', 'sent_amount', 'baseline', 'elsewhere'
    return '\n'.join([f'{payment}', str({name: str(getattr(payment, name)) for name in columns}), *events])


def read_faithfully(stage: Stage, *, examples: int, steps: int, number: int) -> Figures:
    """Runs so many examples of so many steps; `number` is the seed."""
    figures = Figures('P1', stage.site.vendor, number, wrong=('forgotten', 'lost', 'doubled'))
    with acting(stage.site, Clock()) as actors:
        machine = type('Readers', (Readers,), {'stage': stage, 'actors': actors, 'figures': figures})
        run_state_machine_as_test(seed(number)(machine), settings=_settings(examples, steps))
    return figures


def _settings(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        phases=[Phase.generate],
        verbosity=Verbosity.normal,
    )
