"""The inbox: whatever a person is asked about is there, with what to do about it, until somebody did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from passerelle_maelis_invoices.admin import inbox
from passerelle_maelis_invoices.admin.payment_words import ODDITIES
from passerelle_maelis_invoices.domain.attention import NOTEWORTHY, Attention, Oddity
from passerelle_maelis_invoices.domain.payment_states import Event, State
from passerelle_maelis_invoices.models import Payment, RejectedNotification
from passerelle_maelis_invoices.models.payment import ATTENTION_LABELS
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from tests.admin.conftest import logged_in, staff
from tests.admin.pages import HOME, text
from tests.builders import a_connector, a_notice, a_payment, a_regie, an_invoice

pytestmark = pytest.mark.django_db
INBOX = f'{HOME}/anomaly/'


def asked_about(attention: Attention, transaction: str = 'T1', number: str = '30', **columns: Any) -> Payment:
    """A payment in the state in which that question is asked."""
    states = {
        Attention.UNDECIDED: State.UNCERTAIN,
        Attention.REFUSED: State.REFUSED,
        Attention.NOT_SHOWN: State.DELIVERED,
    }
    defaults = {'state': states.get(attention, State.RECORDED), 'next_attempt_at': None}
    if attention is Attention.AMOUNT_UNREADABLE:
        defaults['amount'] = None
    invoice = columns.pop('of', None) or an_invoice(number)
    return a_payment(transaction, of=invoice, attention=attention, **{**defaults, **columns})


def a_rejected(body: str = '{"amount": "42.00"}', **columns: Any) -> RejectedNotification:
    defaults = {'regie': a_regie(), 'invoice_id': '1312-30', 'reason': 'transaction_id est obligatoire'}
    return RejectedNotification.objects.create(body=body, **{**defaults, **columns})


def recorded(transaction: str = 'T1', invoice_id: str = '1312-30', **notice: Any) -> Payment:
    """As the portal tells of it."""
    told = a_notice(transaction, **notice)
    return record_payment(regie=a_regie(), invoice_id=invoice_id, notice=told, client=None)


class TestWhatIsInIt:
    @pytest.mark.parametrize('attention', Attention)
    def test_every_payment_that_waits_for_a_person(self, browser: Client, attention: Attention) -> None:
        asked_about(attention)

        assert ATTENTION_LABELS[attention] in text(browser, INBOX).partition('Filtrer')[2]

    @pytest.mark.parametrize('oddity', NOTEWORTHY)
    def test_every_oddity_that_is_worth_a_look(self, browser: Client, oddity: Oddity) -> None:
        a_payment(oddities=[oddity], state=State.CONFIRMED)

        assert ODDITIES[oddity] in text(browser, INBOX).partition('Filtrer')[2]

    def test_a_notification_that_could_not_be_read(self, browser: Client) -> None:
        a_rejected('{"amount": <b>')

        shown = text(browser, INBOX)
        assert 'transaction_id est obligatoire' in shown
        assert '{"amount": <b>' in shown

    def test_an_ordinary_payment_is_not(self, browser: Client) -> None:
        a_payment(oddities=[Oddity.INVOICE_NOT_READ_YET])

        assert 'Rien à traiter : chaque règlement reçu suit son cours.' in text(browser, INBOX)

    @pytest.mark.parametrize(
        ('amount', 'columns', 'told'),
        [
            ('50.00', {}, 'trop-perçu'),
            ('40.00', {}, 'moins que le reste à payer'),
            ('42.00', {'due': '2020-01-01'}, 'payé après l’échéance'),
            ('42.00', {'vanished_at': timezone.now()}, 'facture disparue de Maelis'),
            ('42.00', {'paid': '42.00'}, 'plus rien à payer sur la facture'),
        ],
    )
    def test_what_is_odd_when_it_comes_is_there_at_once(
        self, browser: Client, amount: str, columns: Any, told: str
    ) -> None:
        an_invoice('30', **columns)
        recorded(amount=amount)

        assert told in text(browser, INBOX).partition('Filtrer')[2]

    def test_what_becomes_odd_later_is_there_from_then_on(self) -> None:
        payment = a_payment(state=State.SENDING)
        assert not Payment.objects.asked()

        payment.write(oddities=[Oddity.SURPLUS])

        assert Payment.objects.asked().get() == payment

    def test_it_leaves_when_a_person_dealt_with_it(self) -> None:
        payment = asked_about(Attention.REFUSED)
        payment.apply(Event.RESUBMITTED, actor='camille', at=timezone.now(), attention='')
        assert not Payment.objects.asked()

        payment.apply(Event.CLAIMED, actor='worker', at=timezone.now())
        refused = {'attention': Attention.REFUSED}
        payment.apply(Event.DEAD_LETTERED, actor='worker', at=timezone.now(), **refused)
        assert Payment.objects.asked().get() == payment

    def test_a_reversed_payment_is_not_in_it(self) -> None:
        payment = a_payment(oddities=[Oddity.SURPLUS])
        payment.apply(Event.REVERSED, actor='camille', at=timezone.now())

        assert not Payment.objects.asked()


class TestHowItIsShown:
    def test_the_oldest_comes_first_whatever_it_is(self, browser: Client) -> None:
        now = timezone.now()
        asked_about(Attention.REFUSED, 'T-new', '31', received_at=now)
        RejectedNotification.objects.filter(pk=a_rejected('middle').pk).update(
            received_at=now - timedelta(days=1)
        )
        asked_about(Attention.REFUSED, 'T-old', '32', received_at=now - timedelta(days=2))

        shown = text(browser, INBOX)

        assert shown.index('T-old') < shown.index('middle') < shown.index('T-new')

    def test_it_goes_on_over_pages_and_loses_nothing(self, browser: Client, monkeypatch: Any) -> None:
        monkeypatch.setattr(inbox, 'PER_PAGE', 2)
        for n in range(4):
            asked_about(Attention.REFUSED, f'T-{n}', str(n), received_at=timezone.now())
        a_rejected('the last one')

        pages = [text(browser, INBOX, page=str(n)) for n in (1, 2, 3)]

        shown = [word for page in pages for word in ('T-0', 'T-1', 'T-2', 'T-3', 'last one') if word in page]
        assert shown == ['T-0', 'T-1', 'T-2', 'T-3', 'last one']
        assert '1 à 2 sur 5' in pages[0]
        assert text(browser, INBOX, page='nonsense') == pages[0]

    def test_a_card_says_what_came_and_what_we_know(self, browser: Client) -> None:
        invoice = an_invoice('30', total='42.00', paid='10.00', label='Cantine de mars')
        asked_about(Attention.NOTHING_DUE, 'T-2', of=invoice, notification='{"email": "a@b.example"}')
        a_payment('T-1', of=invoice, amount='32.00', state=State.CONFIRMED)

        shown = text(browser, INBOX)

        for words in ('T-2', '"email": "a@b.example"', 'Cantine de mars', '10,00 € payés sur 42,00 €'):
            assert words in shown.replace('\N{NO-BREAK SPACE}', ' ')
        assert 'deuxième transaction' in shown
        assert 'T-1' in shown.partition('Autres règlements')[2]

    def test_the_two_figures_of_an_undecided_one_are_there(self, browser: Client) -> None:
        payment = asked_about(Attention.UNDECIDED)
        payment.apply(
            Event.SET_ASIDE, actor='worker', at=timezone.now(), reason='Maelis montrait 0 ; il montre 12'
        )

        assert 'Maelis montrait 0 ; il montre 12' in text(browser, INBOX)

    def test_an_invoice_of_another_regie_is_named(self, browser: Client) -> None:
        an_invoice('77', regie=a_regie('SEN'))
        Payment.objects.filter(pk=asked_about(Attention.UNKNOWN_INVOICE).pk).update(invoice_number='77')

        shown = text(browser, INBOX)

        assert '1312-77 existe dans Régie SEN (SEN)' in shown
        assert 'd’un autre compte bancaire' in shown

    def test_the_invoice_that_was_meant_is_proposed(self, browser: Client) -> None:
        payment = asked_about(Attention.UNKNOWN_INVOICE)
        Payment.objects.filter(pk=payment.pk).update(family_id='8')

        page = browser.get(INBOX).content.decode()

        assert f'/payment/{payment.pk}/do/link/?invoice_id=1312-30' in page

    def test_what_came_cannot_carry_a_script(self, browser: Client) -> None:
        a_rejected('<script>alert(1)</script>', invoice_id='"><script>')
        asked_about(Attention.REFUSED, '<script>T', notification='<script>')

        page = browser.get(INBOX).content.decode()

        assert '<script>alert' not in page
        assert '<script>T' not in page
        assert '"><script>' not in page

    def test_the_menu_counts_them(self, browser: Client) -> None:
        assert 'Anomalies à traiter (' not in text(browser, '/admin/')
        asked_about(Attention.REFUSED)
        a_rejected()
        assert 'Anomalies à traiter (2)' in text(browser, '/admin/')


class TestFilters:
    @pytest.fixture(autouse=True)
    def things(self) -> None:
        other = a_regie('007', connector=a_connector('ailleurs'))
        invoice = an_invoice('1')
        asked_about(Attention.UNDECIDED, 'T-undecided', of=invoice)
        asked_about(Attention.NOTHING_DUE, 'T-second', of=invoice)
        a_payment('T-surplus', of=an_invoice('2', regie=a_regie('SEN')), oddities=[Oddity.SURPLUS])
        asked_about(Attention.UNKNOWN_INVOICE, 'T-unknown', of=an_invoice('3', regie=other))
        a_rejected('T-rejected', regie=other)
        misled = asked_about(Attention.UNKNOWN_INVOICE, 'T-misled', '4')
        an_invoice('5', regie=a_regie('SEN'))
        Payment.objects.filter(pk=misled.pk).update(invoice_number='5')

    @pytest.mark.parametrize(
        ('chosen', 'found'),
        [
            ({}, {'undecided', 'second', 'surplus', 'unknown', 'rejected', 'misled'}),
            ({'connector': 'ailleurs'}, {'unknown', 'rejected'}),
            ({'regie': '007'}, {'unknown', 'rejected'}),
            ({'regie': 'SEN'}, {'surplus'}),
            ({'reason': 'undecided'}, {'undecided'}),
            ({'reason': 'surplus'}, {'surplus'}),
            ({'reason': 'second-transaction'}, {'undecided', 'second'}),
            ({'reason': 'other-regie'}, {'misled'}),
            ({'reason': 'rejected-notification'}, {'rejected'}),
            ({'reason': 'unknown-invoice', 'connector': 'ailleurs'}, {'unknown'}),
            ({'reason': 'nonsense'}, {'undecided', 'second', 'surplus', 'unknown', 'rejected', 'misled'}),
        ],
    )
    def test_they_choose_by_connector_regie_and_reason(
        self, browser: Client, chosen: dict[str, str], found: set[str]
    ) -> None:
        from passerelle_maelis_invoices.models import Regie

        query = {**chosen}
        if 'regie' in query:
            query['regie'] = str(Regie.objects.get(code=query['regie']).pk)

        cards = browser.get(INBOX, query).context['cards']

        names = {'undecided', 'second', 'surplus', 'unknown', 'rejected', 'misled'}
        own = [card.partition('Autres règlements')[0] for card in cards]
        assert {name for name in names if any(f'T-{name}' in card for card in own)} == found
        assert len(cards) == len(found)


class TestWho:
    def test_who_may_view_payments_sees_it_without_buttons(self, viewer: Client) -> None:
        asked_about(Attention.REFUSED)

        page = viewer.get(INBOX).content.decode()

        assert 'refusé par Maelis' in page
        assert '/do/' not in page

    def test_who_may_not_sees_neither_page_nor_count(self) -> None:
        stranger = logged_in(staff('stranger', 'view_regie'))

        assert stranger.get(INBOX).status_code == 403
        assert 'Anomalies' not in text(stranger, '/admin/')

    def test_who_is_not_logged_in_is_sent_to_the_door(self) -> None:
        assert Client().get(INBOX).status_code == 302

    def test_nothing_can_be_posted_to_it(self, browser: Client) -> None:
        assert User.objects.get().is_superuser
        assert browser.post(f'{INBOX}add/').status_code == 404
