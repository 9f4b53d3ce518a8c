"""What a person does about a payment: with a reason, once, in the journal, and only who may."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from passerelle_maelis_invoices.admin.payment_actions import PAYMENT_ACTIONS
from passerelle_maelis_invoices.domain.attention import Attention, Oddity
from passerelle_maelis_invoices.domain.payment_states import TRANSITIONS, Event, State
from passerelle_maelis_invoices.models import CreditNote, Payment
from passerelle_maelis_invoices.models.payment import ATTENTION_LABELS
from tests.admin.conftest import logged_in
from tests.admin.pages import HOME, said, text, words
from tests.admin.test_inbox import INBOX, asked_about, recorded
from tests.builders import a_payment, an_invoice

pytestmark = pytest.mark.django_db
NAMES = [action.name for action in PAYMENT_ACTIONS]


def page_of(payment: Payment, action: str) -> str:
    return f'{HOME}/payment/{payment.pk}/do/{action}/'


def filled_in(client: Client, payment: Payment, action: str, **fields: str) -> dict[str, str]:
    """The form as somebody gets it, and fills it in."""
    page = client.get(page_of(payment, action))
    assert page.status_code == 200
    return {'version': page.context['version'], 'next': page.context['next'], **fields}


def do(client: Client, payment: Payment, action: str, **fields: str) -> Any:
    form = filled_in(client, payment, action, **fields)
    answer = client.post(page_of(payment, action), form, follow=True)
    payment.refresh_from_db()
    return answer


def last_event(payment: Payment) -> tuple[str, str, str]:
    event = payment.events.order_by('n').last()
    assert event
    return event.event, event.actor, event.reason


def surplus() -> Payment:
    return a_payment(amount='50.00', allotted=Decimal('42.00'), state=State.CONFIRMED, oddities=['surplus'])


class TestEachOne:
    def test_maelis_holds_it(self, clerk: Client) -> None:
        payment = asked_about(Attention.UNDECIDED)

        answer = do(clerk, payment, 'held', reason='vu dans Maelis')

        assert (payment.state, payment.attention) == (State.DELIVERED, '')
        assert last_event(payment) == (Event.FOUND, 'camille', 'vu dans Maelis')
        assert 'tenu pour transmis' in said(answer)
        assert answer.request['PATH_INFO'] == INBOX

    def test_maelis_holds_one_that_it_does_not_show(self, clerk: Client) -> None:
        payment = asked_about(Attention.NOT_SHOWN)

        do(clerk, payment, 'held', reason='vu dans Maelis')

        assert (payment.state, payment.attention) == (State.CONFIRMED, '')
        assert last_event(payment) == (Event.SHOWN, 'camille', 'vu dans Maelis')

    def test_maelis_does_not_hold_one_that_it_accepted(self, clerk: Client) -> None:
        payment = asked_about(Attention.NOT_SHOWN, sent_amount=42, baseline=0, acknowledged_at=timezone.now())

        do(clerk, payment, 'not-held', reason='pas trouvé')

        assert (payment.state, payment.attention, payment.acknowledged_at) == (State.RECORDED, '', None)
        assert (payment.baseline, payment.sent_amount) == (0, 42)

    def test_a_credit_note_of_its_surplus_leaves_the_question_open(self, clerk: Client) -> None:
        amounts = {'amount': '50.00', 'allotted': Decimal('42.00'), 'oddities': ['surplus']}
        payment = asked_about(Attention.NOT_SHOWN, **amounts)

        do(clerk, payment, 'credit-note', reason='trop payé')

        assert (payment.attention, payment.asked) == (Attention.NOT_SHOWN, True)
        assert ATTENTION_LABELS[Attention.NOT_SHOWN] in text(clerk, INBOX).partition('Filtrer')[2]

    def test_maelis_holds_it_not(self, clerk: Client) -> None:
        payment = asked_about(Attention.UNDECIDED)

        do(clerk, payment, 'not-held', reason='pas trouvé')

        assert (payment.state, payment.attention) == (State.RECORDED, '')
        assert last_event(payment) == (Event.ABSENT, 'camille', 'pas trouvé')

    def test_it_is_linked_to_another_invoice_and_weighed_there(self, clerk: Client) -> None:
        an_invoice('31', total='60.00')
        payment = asked_about(Attention.NOTHING_DUE, allotted=Decimal(0), elsewhere=Decimal(42))

        do(clerk, payment, 'link', invoice_id=' 1312-31 ', reason='vu avec la famille')

        assert (payment.invoice_id, payment.state, payment.attention) == ('1312-31', State.RECORDED, '')
        assert (payment.allotted, payment.elsewhere) == (Decimal(42), Decimal(0))
        assert payment.oddities == []
        assert last_event(payment) == (
            Event.RESUBMITTED,
            'camille',
            '1312-30 → 1312-31 ; vu avec la famille',
        )

    def test_its_amount_is_given_as_french_people_write_it(self, clerk: Client) -> None:
        payment = asked_about(Attention.AMOUNT_UNREADABLE, oddities=[Oddity.UNREADABLE_AMOUNT])

        do(clerk, payment, 'amount', amount='12,50', reason='relevé de la banque')

        assert (payment.amount, payment.attention, payment.oddities) == (Decimal('12.50'), '', [])
        assert last_event(payment) == (
            Event.RESUBMITTED,
            'camille',
            'montant : 12.50 € ; relevé de la banque',
        )

    def test_an_amount_that_nobody_said_is_given_before_it_is_credited(self, clerk: Client) -> None:
        an_invoice('30', paid='42.00')
        payment = recorded()
        assert (payment.amount, payment.attention) == (None, Attention.NOTHING_DUE)
        assert 'Montant inconnu' in text(clerk, INBOX)
        assert 'ne dit pas le montant' in text(clerk, INBOX)

        do(clerk, payment, 'amount', amount='42,00', reason='relevé de la banque')

        assert (payment.amount, payment.state, payment.attention) == (Decimal('42.00'), State.RECORDED, '')

    @pytest.mark.parametrize(
        'attention',
        [Attention.REFUSED, Attention.OUT_OF_PATIENCE, Attention.UNKNOWN_INVOICE, Attention.NOTHING_DUE],
    )
    def test_it_is_sent_again(self, clerk: Client, attention: Attention) -> None:
        payment = asked_about(attention)

        do(clerk, payment, 'resubmit', reason='créée dans Maelis')

        assert (payment.state, payment.attention) == (State.RECORDED, '')
        assert payment.next_attempt_at is not None
        assert last_event(payment) == (Event.RESUBMITTED, 'camille', 'créée dans Maelis')

    def test_it_is_reversed_with_a_reason(self, clerk: Client) -> None:
        payment = asked_about(Attention.REFUSED)

        do(clerk, payment, 'reverse', reason='remboursé au guichet')

        assert payment.state == State.REVERSED
        assert last_event(payment) == (Event.REVERSED, 'camille', 'remboursé au guichet')

    def test_what_is_odd_is_marked_as_seen_and_nothing_else_changes(self, clerk: Client) -> None:
        payment = surplus()

        do(clerk, payment, 'seen', reason='')

        assert (payment.state, payment.asked, payment.oddities) == (State.CONFIRMED, False, ['surplus'])
        assert last_event(payment) == (Event.NOTED, 'camille', '')
        assert 'Rien à traiter' in text(clerk, INBOX)

    def test_a_credit_note_is_made_of_what_is_too_much(self, clerk: Client) -> None:
        payment = surplus()

        do(clerk, payment, 'credit-note', reason='payé deux fois')

        assert CreditNote.objects.get().amount == Decimal(8)
        assert 'Rien à traiter' in text(clerk, INBOX)

    def test_a_new_credit_note_is_one_click_away(self, clerk: Client) -> None:
        answer = do(clerk, surplus(), 'credit-note', reason='payé deux fois')

        note = CreditNote.objects.get()
        assert f'<a href="{HOME}/creditnote/{note.pk}/change/">Avoir {note.number}</a>' in said(answer)

    def test_a_reversed_one_was_removed_from_maelis(self, clerk: Client) -> None:
        sent = {'acknowledged_at': timezone.now(), 'sent_amount': 42, 'baseline': 0}
        payment = a_payment(state=State.REVERSED, **sent)

        do(clerk, payment, 'withdrawn', reason='vu dans Maelis')

        assert payment.withdrawn_at is not None
        assert last_event(payment) == ('withdrawn', 'camille', 'vu dans Maelis')

    @pytest.mark.parametrize('name', NAMES)
    def test_each_button_is_offered_somewhere(self, browser: Client, name: str) -> None:
        action = next(action for action in PAYMENT_ACTIONS if action.name == name)
        sent = {'acknowledged_at': timezone.now(), 'sent_amount': 42, 'baseline': 0}
        reversed_one = a_payment(state=State.REVERSED, of=an_invoice('99'), **sent)
        rows = [asked_about(reason, f'T{n}', str(n)) for n, reason in enumerate(Attention)]

        assert any(action.offered(row) for row in [*rows, surplus(), reversed_one])


class TestWhatIsRefused:
    @pytest.mark.parametrize('name', ['held', 'not-held', 'reverse', 'credit-note', 'link', 'amount'])
    def test_without_a_reason_the_form_comes_back(self, clerk: Client, name: str) -> None:
        asked = {'link': Attention.UNKNOWN_INVOICE, 'amount': Attention.AMOUNT_UNREADABLE}
        payment = surplus() if name == 'credit-note' else asked_about(asked.get(name, Attention.UNDECIDED))

        answer = do(clerk, payment, name, reason='  ', invoice_id='1312-31', amount='12,50')

        assert 'Ce champ est obligatoire' in words(answer)
        assert not payment.events.exists()

    def test_an_invoice_that_has_this_transaction_already_is_told(self, clerk: Client) -> None:
        a_payment('T1', of=an_invoice('31'))
        payment = asked_about(Attention.UNKNOWN_INVOICE)

        answer = do(clerk, payment, 'link', invoice_id='1312-31', reason='vu')

        assert 'Cette transaction est déjà enregistrée sur cette facture.' in words(answer)
        assert payment.invoice_id == '1312-30'

    @pytest.mark.parametrize('invoice_id', ['31', '-31', '1312-', 'é' * 101 + '-1', '1-\x07', ''])
    def test_an_invoice_number_that_is_none_is_told(self, clerk: Client, invoice_id: str) -> None:
        payment = asked_about(Attention.UNKNOWN_INVOICE)

        do(clerk, payment, 'link', invoice_id=invoice_id, reason='vu')

        assert payment.invoice_id == '1312-30'

    def test_one_that_maelis_may_still_show_is_not_linked_elsewhere(self, clerk: Client) -> None:
        payment = asked_about(Attention.UNKNOWN_INVOICE, baseline=Decimal(0), sent_amount=Decimal(42))

        answer = clerk.get(page_of(payment, 'link'), follow=True)

        assert 'Rien n’a été fait' in said(answer)

    @pytest.mark.parametrize('amount', ['0', '-1', '1,001', 'NaN', '1e400', 'douze'])
    def test_an_amount_that_is_none_is_told(self, clerk: Client, amount: str) -> None:
        payment = asked_about(Attention.AMOUNT_UNREADABLE)

        do(clerk, payment, 'amount', amount=amount, reason='vu')

        assert payment.amount is None

    @pytest.mark.parametrize('name', NAMES)
    def test_what_makes_no_sense_is_not_offered_and_does_nothing(self, browser: Client, name: str) -> None:
        payment = a_payment(state=State.SENDING)

        got = browser.get(page_of(payment, name), follow=True)
        posted = browser.post(page_of(payment, name), {'version': '', 'reason': 'x'}, follow=True)

        assert 'Rien n’a été fait' in said(got)
        assert 'Rien n’a été fait' in said(posted)
        assert not payment.events.exists()

    def test_a_payment_without_its_amount_is_not_sent(self, browser: Client) -> None:
        assert 'do/resubmit/' not in browser.get(INBOX).content.decode()
        asked_about(Attention.AMOUNT_UNREADABLE)
        assert 'do/resubmit/' not in browser.get(INBOX).content.decode()
        assert 'do/amount/' in browser.get(INBOX).content.decode()

    def test_seeing_is_not_deciding(self, browser: Client) -> None:
        asked_about(Attention.REFUSED, oddities=[Oddity.SURPLUS])

        assert 'do/seen/' not in browser.get(INBOX).content.decode()

    def test_an_action_that_does_not_exist_is_not_found(self, browser: Client) -> None:
        payment = asked_about(Attention.REFUSED)

        assert browser.get(page_of(payment, 'destroy')).status_code == 404
        assert browser.get(f'{HOME}/payment/12345/do/reverse/').status_code == 404
        assert browser.get(f'{HOME}/payment/x/do/reverse/').status_code == 404


class TestOnce:
    def test_pressed_twice_it_is_done_once(self, clerk: Client) -> None:
        payment = asked_about(Attention.REFUSED)
        form = filled_in(clerk, payment, 'resubmit', reason='encore')

        first = clerk.post(page_of(payment, 'resubmit'), form, follow=True)
        second = clerk.post(page_of(payment, 'resubmit'), form, follow=True)

        assert 'sera renvoyé' in said(first)
        assert 'elle n’a été faite qu’une fois' in said(second)
        assert payment.events.filter(event=Event.RESUBMITTED).count() == 1

    def test_nobody_decides_on_a_page_that_is_out_of_date(self, clerk: Client) -> None:
        payment = asked_about(Attention.REFUSED)
        form = filled_in(clerk, payment, 'reverse', reason='trop tard')
        now = timezone.now()
        payment.apply(Event.RESUBMITTED, actor='dominique', at=now, attention='', next_attempt_at=now)

        answer = clerk.post(page_of(payment, 'reverse'), form, follow=True)

        assert 'a changé depuis que cette page a été affichée' in said(answer)
        assert Payment.objects.get().state == State.RECORDED

    def test_one_changed_at_the_very_moment_is_told_not_crashed_on(
        self, clerk: Client, monkeypatch: Any
    ) -> None:
        payment = asked_about(Attention.REFUSED)
        form = filled_in(clerk, payment, 'resubmit', reason='')
        monkeypatch.setattr(Payment, '_news', lambda self, changes: self._other_hand())
        monkeypatch.setattr(
            Payment,
            '_other_hand',
            lambda self: Payment.objects.filter(pk=self.pk).update(fence=99) and {},
            raising=False,
        )

        answer = clerk.post(page_of(payment, 'resubmit'), form, follow=True)

        assert 'vient d’être modifié ailleurs' in said(answer)
        assert not payment.events.exists()

    def test_looking_at_the_page_does_nothing(self, clerk: Client) -> None:
        payment = asked_about(Attention.REFUSED)

        shown = text(clerk, page_of(payment, 'reverse'))

        assert 'Ni Maelis, ni l’usager ne sont prévenus' in shown
        assert not payment.events.exists()

    def test_one_goes_back_where_one_came_from_on_this_site_only(self, clerk: Client) -> None:
        payment = asked_about(Attention.REFUSED)

        here = clerk.get(page_of(payment, 'reverse'), {'next': f'{INBOX}?reason=refused'})
        away = clerk.get(page_of(payment, 'reverse'), {'next': 'https://evil.example/'})

        assert here.context['next'] == f'{INBOX}?reason=refused'
        assert away.context['next'] == INBOX


class TestWho:
    @pytest.mark.parametrize('name', NAMES)
    def test_who_may_only_look_does_nothing(self, viewer: Client, name: str) -> None:
        payment = asked_about(Attention.REFUSED)

        assert viewer.get(page_of(payment, name)).status_code == 403
        assert viewer.post(page_of(payment, name), {'reason': 'x'}).status_code == 403

    def test_another_site_cannot_press_a_button(self) -> None:
        payment = asked_about(Attention.REFUSED)
        client = logged_in(User.objects.create_superuser('admin'), enforce_csrf_checks=True)
        form = filled_in(client, payment, 'reverse', reason='x')

        assert client.post(page_of(payment, 'reverse'), form).status_code == 403

    def test_the_page_of_a_payment_has_the_same_buttons(self, clerk: Client, viewer: Client) -> None:
        payment = asked_about(Attention.REFUSED)
        address = f'{HOME}/payment/{payment.pk}/change/'

        assert 'do/resubmit/' in clerk.get(address).content.decode()
        assert 'do/' not in viewer.get(address).content.decode()

    def test_no_transaction_is_open_around_a_button(self) -> None:
        view = resolve(f'{HOME}/payment/1/do/reverse/').func
        assert view._non_atomic_requests == {'default'}  # type: ignore[attr-defined]


def test_noting_is_what_the_table_says() -> None:
    offered = next(action.offered for action in PAYMENT_ACTIONS if action.name == 'seen')
    for state in State:
        payment = Payment(state=state, asked=True)
        assert offered(payment) == ((state, Event.NOTED) in TRANSITIONS)
