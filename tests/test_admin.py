"""Django's admin: it shows everything, changes only what a person may change, its buttons speak plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import Event, State
from passerelle_maelis_invoices.maelis import InvoicesRead
from passerelle_maelis_invoices.models import (
    ApiClient,
    Connector,
    FamilyLink,
    Invoice,
    InvoiceList,
    NotedDrift,
    Payment,
    Regie,
    RejectedNotification,
)
from passerelle_maelis_invoices.models.secrets import secret_matches
from passerelle_maelis_invoices.use_cases.note_drift import note_drift
from passerelle_maelis_invoices.use_cases.refresh_invoices import open_run
from tests.builders import (
    NAME_ID,
    NOBODY,
    a_connector,
    a_link,
    a_payment,
    a_regie,
    an_api_client,
    an_invoice,
)

if TYPE_CHECKING:
    from demo.simulator.process import Simulator

pytestmark = pytest.mark.django_db

HOME = '/admin/passerelle_maelis_invoices'
BUTTONS = ('try-connection', 'import-regies')
CONNECTOR_FORM = {
    'title': 'Maelis',
    'slug': 'toulouse',
    'wsdl_url': NOBODY,
    'verify_tls': 'on',
    'deadline': '2',
    'fresh_for': '300',
    'payment_lag': '60',
    'refresh_rate': '20',
}


@pytest.fixture
def browser() -> Client:
    """Of somebody who may do everything."""
    client = Client()
    client.force_login(User.objects.create_superuser('admin'))
    return client


@pytest.fixture
def viewer() -> Client:
    """Of somebody who may only look."""
    user = User.objects.create_user('viewer', is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith='view_'))
    client = Client()
    client.force_login(user)
    return client


def page(row: Any, tail: str = 'change') -> str:
    return f'{HOME}/{row._meta.model_name}/{row.pk}/{tail}/'


def text(client: Client, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def said(answer: Any) -> str:
    """The messages of the page that follows."""
    return ' '.join(str(message) for message in answer.context['messages'])


def one_of_everything() -> list[Any]:
    invoice = an_invoice(
        bean={'numInvoice': '30', 'payer': {'num': '8'}, 'lineInvoiceList': [{'numLine': '1'}]}
    )
    rejected = RejectedNotification.objects.create(
        regie=invoice.regie, invoice_id='1312-30', body='{"amount": <b>', reason='JSON invalide'
    )
    payment = a_payment(of=invoice)
    note_drift(invoice.regie.connector, 'readInvoices', [InvoicesRead((), foreign=1)])
    run, _ = open_run(invoice.regie.connector, full=False)
    return [
        invoice.regie.connector,
        invoice.regie,
        an_api_client(),
        a_link(),
        invoice,
        InvoiceList.objects.get(),
        payment,
        rejected,
        NotedDrift.objects.get(),
        run,
    ]


class TestPages:
    def test_every_list_and_every_row_can_be_opened(self, browser: Client) -> None:
        for row in one_of_everything():
            assert str(row) in text(browser, page(row)) or row.pk
            text(browser, f'{HOME}/{row._meta.model_name}/')

    def test_somebody_who_may_only_look_sees_the_same_rows_and_can_post_nothing(self, viewer: Client) -> None:
        for row in one_of_everything():
            shown = text(viewer, page(row))
            text(viewer, f'{HOME}/{row._meta.model_name}/')
            assert '_save' not in shown
            assert viewer.post(page(row), {}).status_code == 403

    def test_somebody_without_rights_sees_nothing(self) -> None:
        stranger = Client()
        stranger.force_login(User.objects.create_user('stranger', is_staff=True))
        for row in one_of_everything():
            assert stranger.get(page(row)).status_code == 403

    @pytest.mark.parametrize('model', [Invoice, InvoiceList, Payment, RejectedNotification])
    def test_what_use_cases_write_cannot_be_added_changed_or_deleted(
        self, browser: Client, model: Any
    ) -> None:
        row = next(row for row in one_of_everything() if isinstance(row, model))

        assert browser.get(f'{HOME}/{model._meta.model_name}/add/').status_code == 403
        assert browser.post(page(row), {}).status_code == 403
        assert browser.post(page(row, 'delete'), {'post': 'yes'}).status_code == 403
        assert model.objects.filter(pk=row.pk).exists()

    def test_the_journal_and_the_nonces_have_no_page_of_their_own(self, browser: Client) -> None:
        assert browser.get(f'{HOME}/paymentevent/').status_code == 404
        assert browser.get(f'{HOME}/nonce/').status_code == 404


class TestConnector:
    def test_its_page_gives_the_address_to_paste_for_each_regie(self, browser: Client) -> None:
        a_regie('007')
        a_regie('A/B')

        shown = text(browser, page(a_connector()))

        assert (
            '<code data-copy>http://testserver/passerelle-maelis-invoices/toulouse/regie/007/</code>' in shown
        )

    def test_opening_its_page_does_not_ask_maelis(self, browser: Client, simulator: Simulator) -> None:
        connector = a_connector(wsdl_url=simulator.wsdl_url)
        before = simulator.calls()

        text(browser, page(connector))

        assert simulator.calls() == before

    def test_its_page_tells_of_payments_that_wait_for_a_person(self, browser: Client) -> None:
        a_payment(attention=Attention.UNDECIDED)

        assert '1 règlement à examiner.' in text(browser, page(a_connector()))

    def test_the_password_goes_in_and_never_comes_out(self, browser: Client) -> None:
        connector = a_connector()

        browser.post(page(connector), {**CONNECTOR_FORM, 'new_password': ' p@ss '})

        connector.refresh_from_db()
        assert connector.password == ' p@ss '
        shown = text(browser, page(connector))
        assert 'p@ss' not in shown
        assert 'Un mot de passe est enregistré' in shown

    def test_an_empty_password_field_keeps_the_stored_one(self, browser: Client) -> None:
        connector = a_connector(password='p@ss')

        browser.post(page(connector), {**CONNECTOR_FORM, 'title': 'Autre', 'new_password': ''})

        connector.refresh_from_db()
        assert (connector.title, connector.password) == ('Autre', 'p@ss')

    def test_the_stored_password_can_be_forgotten(self, browser: Client) -> None:
        connector = a_connector(password='p@ss')

        browser.post(page(connector), {**CONNECTOR_FORM, 'forget_password': 'on'})

        connector.refresh_from_db()
        assert connector.password == ''

    def test_a_password_that_cannot_be_deciphered_can_be_entered_again(
        self, browser: Client, settings: Any
    ) -> None:
        connector = a_connector(password='p@ss')
        settings.SECRET_KEY = 'une autre clé'
        browser.force_login(User.objects.get())

        text(browser, f'{HOME}/connector/')
        assert 'Un mot de passe est enregistré' in text(browser, page(connector))
        browser.post(page(connector), {**CONNECTOR_FORM, 'new_password': 'neuf'})

        assert Connector.objects.get().password == 'neuf'

    def test_an_address_that_is_none_is_refused_with_the_reason(self, browser: Client) -> None:
        answer = browser.post(page(a_connector()), {**CONNECTOR_FORM, 'wsdl_url': 'maelis.example'})

        assert 'L’adresse doit commencer par http:// ou https://.' in answer.content.decode()

    def test_a_new_one_leads_to_its_own_page_where_the_buttons_are(self, browser: Client) -> None:
        answer = browser.post(f'{HOME}/connector/add/', CONNECTOR_FORM, follow=True)

        assert answer.request['PATH_INFO'] == page(Connector.objects.get())
        assert 'Tester la connexion' in answer.content.decode()


class TestButtons:
    def test_trying_the_connection_says_that_all_is_well(self, browser: Client, simulator: Simulator) -> None:
        connector = a_connector(wsdl_url=simulator.wsdl_url)

        answer = browser.post(page(connector, 'try-connection'), follow=True)

        assert said(answer).startswith('Maelis répond comme attendu')

    def test_trying_the_connection_says_what_is_wrong(self, browser: Client) -> None:
        answer = browser.post(page(a_connector(), 'try-connection'), follow=True)

        assert said(answer).startswith('Le serveur refuse la connexion : vérifiez le port')

    def test_importing_the_regies_names_them(self, browser: Client, simulator: Simulator) -> None:
        connector = a_connector(wsdl_url=simulator.wsdl_url)

        answer = browser.post(page(connector, 'import-regies'), follow=True)

        assert said(answer).startswith('Régies créées : 007, ')
        assert connector.regies.count() == 9

    def test_importing_the_regies_says_what_is_wrong(self, browser: Client) -> None:
        answer = browser.post(page(a_connector(), 'import-regies'), follow=True)

        assert said(answer).startswith(
            'Les régies n’ont pas pu être importées. Le serveur refuse la connexion'
        )

    @pytest.mark.parametrize('button', BUTTONS)
    def test_a_link_cannot_press_one(self, browser: Client, button: str) -> None:
        assert browser.get(page(a_connector(), button)).status_code == 405

    @pytest.mark.parametrize('button', BUTTONS)
    def test_another_site_cannot_press_one(self, button: str) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.create_superuser('admin'))

        assert client.post(page(a_connector(), button)).status_code == 403

    @pytest.mark.parametrize('button', BUTTONS)
    def test_somebody_who_may_only_look_has_none_and_can_press_none(
        self, viewer: Client, button: str
    ) -> None:
        connector = a_connector()

        assert button not in text(viewer, page(connector))
        assert viewer.post(page(connector, button)).status_code == 403

    @pytest.mark.parametrize('button', BUTTONS)
    def test_a_connector_that_is_gone_is_not_found(self, browser: Client, button: str) -> None:
        assert browser.post(f'{HOME}/connector/12345/{button}/').status_code == 404

    @pytest.mark.parametrize('button', BUTTONS)
    def test_no_transaction_is_open_while_maelis_is_asked(self, button: str) -> None:
        from django.urls import resolve

        view = resolve(f'{HOME}/connector/1/{button}/').func
        assert view._non_atomic_requests == {'default'}  # type: ignore[attr-defined]


class TestRegie:
    def form(self, regie: Regie, **columns: str) -> dict[str, str]:
        head = {'form-TOTAL_FORMS': '1', 'form-INITIAL_FORMS': '1', '_save': 'Enregistrer'}
        return {
            **head,
            'form-0-id': str(regie.pk),
            **{f'form-0-{name}': value for name, value in columns.items()},
        }

    def test_online_payment_and_its_bounds_are_changed_in_the_list(self, browser: Client) -> None:
        regie = a_regie()

        browser.post(
            f'{HOME}/regie/', self.form(regie, active='on', minimum_amount='5.00', maximum_amount='100')
        )

        regie.refresh_from_db()
        assert (regie.active, regie.online_payment, str(regie.minimum_amount)) == (True, False, '5.00')

    def test_bounds_that_no_invoice_fits_are_refused(self, browser: Client) -> None:
        regie = a_regie()
        bounds = {'minimum_amount': '100', 'maximum_amount': '5'}

        in_list = browser.post(f'{HOME}/regie/', self.form(regie, active='on', **bounds))
        in_page = browser.post(page(regie), {'active': 'on', **bounds})

        assert 'Le montant minimum dépasse' in in_list.content.decode()
        assert 'Le montant minimum dépasse' in in_page.content.decode()

    def test_its_page_gives_the_address_to_paste(self, browser: Client) -> None:
        assert 'http://testserver/passerelle-maelis-invoices/toulouse/regie/007/' in text(
            browser, page(a_regie('007'))
        )


class TestApiClient:
    def form(self, **columns: Any) -> dict[str, Any]:
        return {'name': 'portal', 'active': 'on', 'connectors': [str(a_connector().pk)], **columns}

    def test_a_new_api_key_is_shown_once_and_stored_hashed(self, browser: Client) -> None:
        answer = browser.post(f'{HOME}/apiclient/add/', self.form(new_api_key='on'), follow=True)

        key = said(answer).partition('<code data-copy>')[2].partition('</code>')[0]
        client = ApiClient.objects.get()
        assert secret_matches(key, client.api_key_hash)
        assert key not in client.api_key_hash
        assert key not in text(browser, page(client))

    def test_a_new_password_is_shown_once_and_opens_the_account(self, browser: Client) -> None:
        answer = browser.post(
            f'{HOME}/apiclient/add/', self.form(username='u', new_password='on'), follow=True
        )

        password = said(answer).partition('<code data-copy>')[2].partition('</code>')[0]
        assert secret_matches(password, ApiClient.objects.get().password_hash)

    def test_a_second_key_is_added_beside_the_first_and_the_first_forgotten(self, browser: Client) -> None:
        client = an_api_client(keys=['old'])
        orig = {'orig': 'portal.example.org'}

        browser.post(page(client), self.form(second_key='new', **orig))
        assert ApiClient.objects.get().keys == ['old', 'new']

        browser.post(page(client), self.form(forget_first_key='on', **orig))
        assert ApiClient.objects.get().keys == ['new']

    def test_saving_without_touching_the_keys_keeps_them_and_shows_none(self, browser: Client) -> None:
        client = an_api_client(keys=['secret-1', 'secret-2'])

        browser.post(page(client), self.form(orig='other.example.org'))

        assert ApiClient.objects.get().keys == ['secret-1', 'secret-2']
        assert 'secret-' not in text(browser, page(client))

    def test_a_key_without_its_signer_is_refused(self, browser: Client) -> None:
        answer = browser.post(f'{HOME}/apiclient/add/', self.form(first_key='k'))

        assert 'Indiquez qui signe avec cette clé' in answer.content.decode()

    def test_a_regie_of_another_connector_is_refused(self, browser: Client) -> None:
        stray = a_regie(connector=a_connector('ailleurs'))

        answer = browser.post(f'{HOME}/apiclient/add/', self.form(regies=[str(stray.pk)]))

        assert 'n’est pas d’un connecteur choisi' in answer.content.decode()

    def test_keys_that_cannot_be_deciphered_can_be_entered_again(
        self, browser: Client, settings: Any
    ) -> None:
        client = an_api_client(keys=['old'], connectors=[])
        settings.SECRET_KEY = 'une autre clé'
        browser.force_login(User.objects.get())

        text(browser, f'{HOME}/apiclient/')
        browser.post(page(client), self.form(orig='portal.example.org', first_key='new'))

        assert ApiClient.objects.get().keys == ['new']


class TestSearch:
    def found(self, browser: Client, model: str, term: str) -> int:
        answer = browser.get(f'{HOME}/{model}/', {'q': term})
        return int(answer.context['cl'].result_count)

    @pytest.mark.parametrize(
        ('term', 'count'), [('30', 2), ('1312', 2), ('1312-30', 1), ('1312-99', 0), ('3', 0)]
    )
    def test_invoices_are_found_by_number_family_or_both(
        self, browser: Client, term: str, count: int
    ) -> None:
        an_invoice('30', family='1312')
        an_invoice('31', family='1312')
        an_invoice('30', family='8', regie=a_regie('SEN'))

        assert self.found(browser, 'invoice', term) == count

    @pytest.mark.parametrize(('term', 'count'), [('T1', 1), ('1312-30', 1), ('1312', 2), ('31', 1), ('T', 0)])
    def test_payments_are_found_by_transaction_invoice_or_family(
        self, browser: Client, term: str, count: int
    ) -> None:
        a_payment('T1', of=an_invoice('30'))
        a_payment('T2', of=an_invoice('31'))

        assert self.found(browser, 'payment', term) == count

    @pytest.mark.parametrize(('term', 'count'), [(NAME_ID, 1), ('1312', 1), ('13', 0)])
    def test_links_are_found_by_user_or_family(self, browser: Client, term: str, count: int) -> None:
        a_link()

        assert FamilyLink.objects.count() == 1
        assert self.found(browser, 'familylink', term) == count

    @pytest.mark.parametrize(('chosen', 'count'), [('any', 2), ('none', 1), ('undecided', 1)])
    def test_payments_are_filtered_by_what_a_person_must_do(
        self, browser: Client, chosen: str, count: int
    ) -> None:
        for n, attention in enumerate(['', Attention.UNDECIDED, Attention.REFUSED]):
            a_payment(f'T{n}', of=an_invoice(str(n)), attention=attention)

        answer = browser.get(f'{HOME}/payment/', {'attention': chosen})

        assert answer.context['cl'].result_count == count


class TestWhatIsShown:
    def test_a_payment_shows_its_journal_in_order(self, browser: Client) -> None:
        payment = a_payment()
        payment.apply(Event.CLAIMED, actor='worker 7', at=timezone.now())
        payment.apply(Event.LOST, actor='worker 7', at=timezone.now(), reason='aucune <réponse>')

        shown = text(browser, page(payment))

        assert 'maelis-uncertain' in shown
        assert shown.index('pris en charge pour transmission') < shown.index('réponse perdue')
        assert 'aucune &lt;réponse&gt;' in shown
        assert 'worker 7' in shown

    def test_every_event_and_oddity_has_its_french_words(self) -> None:
        from passerelle_maelis_invoices.admin import payment_words
        from passerelle_maelis_invoices.domain.attention import Oddity

        assert {*Event, 'recorded'} <= set(payment_words.EVENTS)
        assert set(Oddity) <= set(payment_words.ODDITIES)

    def test_an_invoice_shows_what_its_payer_sees_and_the_payments_on_it(self, browser: Client) -> None:
        invoice = an_invoice(total='42.00', paid='2.00', bean={'payer': {'lastname': 'Dupont & fils'}})
        a_payment('T-77', of=invoice, amount='40.00', state=State.RECORDED)

        shown = text(browser, page(invoice))

        assert 'payer.lastname' in shown
        assert 'Dupont &amp; fils' in shown
        assert 'T-77' in shown
        assert '0,00\N{NO-BREAK SPACE}€' in shown

    def test_an_invoice_that_maelis_dropped_is_said_to_be_hidden(self, browser: Client) -> None:
        assert 'Elle ne lui est plus montrée' in text(browser, page(an_invoice(vanished_at=timezone.now())))

    def test_a_rejected_notification_shows_its_body_as_it_came(self, browser: Client) -> None:
        rejected = next(row for row in one_of_everything() if isinstance(row, RejectedNotification))

        assert '{&quot;amount&quot;: &lt;b&gt;' in text(browser, page(rejected))
