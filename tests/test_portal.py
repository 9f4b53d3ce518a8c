"""The demo's portal against a connector that only exists in these tests; no database is touched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from django.test import Client
from responses.matchers import json_params_matcher

from demo.portal.settings import DEFAULTS
from demo.portal.signer import sign_query, sign_url
from demo.portal.templatetags.portal_format import age, euros

VECTORS = Path(__file__).resolve().parent / 'vectors' / 'publik_signature.json'
CONNECTOR = 'http://connector.example/passerelle-maelis-invoices/ville/'
CONTROL = 'http://maelis.example/control/'
INVOICE_URL = f'{CONNECTOR}regie/007/invoice/1001-30/'
PAGE = '/facture/007/1001-30/'
CAMILLE, SOMEBODY_ELSE = (citizen['name_id'] for citizen in DEFAULTS['CITIZENS'][:2])


def vectors() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(VECTORS.read_text())['cases']
    return cases


def an_invoice(**changes: Any) -> dict[str, Any]:
    invoice = {
        'id': '1001-30',
        'display_id': '30',
        'label': 'Cantine & goûter',
        'amount': '1234.50',
        'remaining_amount': '1234.50',
        'total_amount': '1300.00',
        'amount_paid': '65.50',
        'paid': False,
        'created': '2026-03-01',
        'due_date': '2026-04-01',
        'payment_deadline_date': '2026-04-01',
        'pay_limit_date': '2026-04-01',
        'online_payment': True,
        'has_pdf': True,
        'payment_pending': False,
    }
    return {**invoice, **changes}


def a_paid_invoice(**changes: Any) -> dict[str, Any]:
    paid = {'amount': '0.00', 'remaining_amount': '0.00', 'amount_paid': '1300.00', 'paid': True}
    return an_invoice(**{**paid, 'online_payment': False, 'pay_limit_date': '', **changes})


def a_list(*invoices: dict[str, Any], source: str = 'maelis', minutes: int = 0) -> dict[str, Any]:
    as_of = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    return {'data': list(invoices), 'err': 0, 'meta': {'source': source, 'as_of': as_of}}


@pytest.fixture
def wire(settings: Any, tmp_path: Path) -> Iterator[responses.RequestsMock]:
    """The only network there is: whoever calls an address that no test announced gets a ConnectionError."""
    settings.PORTAL_CONNECTOR_URL = CONNECTOR
    settings.PORTAL_KEY = 'a secret key'
    settings.PORTAL_ORIG = 'portail.demo.example'
    settings.PORTAL_SIMULATOR_CONTROL = ''
    settings.PORTAL_WIRE_JOURNAL = str(tmp_path / 'wire.jsonl')
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield wire


@pytest.fixture
def one_regie(wire: responses.RequestsMock) -> responses.RequestsMock:
    wire.get(f'{CONNECTOR}regies/', json={'data': [{'id': '007', 'text': 'Restauration'}], 'err': 0})
    return wire


@pytest.fixture
def with_maelis(wire: responses.RequestsMock, settings: Any) -> responses.RequestsMock:
    settings.PORTAL_SIMULATOR_CONTROL = CONTROL
    wire.get(CONTROL, json={'down': False, 'lag': 0.0, 'faults': []})
    wire.get(f'{CONTROL}journal', json=[])
    wire.post(CONTROL, json={})
    wire.post(f'{CONTROL}down', json={})
    return wire


def text_of(answer: Any) -> str:
    """What a reader sees, with ordinary spaces."""
    text = re.sub(r'<[^>]+>', ' ', answer.content.decode())
    return ' '.join(text.replace('&amp;', '&').split())


def posted(wire: responses.RequestsMock, url: str) -> list[requests.PreparedRequest]:
    return [call.request for call in wire.calls if call.request.url and call.request.url.startswith(url)]


def test_the_signer_makes_the_signatures_of_publik() -> None:
    for case in vectors():
        at = datetime.fromisoformat(case['timestamp'])
        signed = sign_url(case['url'], case['key'], at=at, nonce=case['nonce'])
        assert signed == case['signed_url'], case['id']


def test_two_signatures_never_share_a_nonce() -> None:
    nonces = {parse_qs(sign_query('orig=portal', 'key'))['nonce'][0] for _ in range(50)}
    assert len(nonces) == 50


@pytest.mark.parametrize(
    ('amount', 'expected'), [('1234.5', '1 234,50 €'), ('-3', '−3,00 €'), ('0', '0,00 €')]
)
def test_amounts_are_written_in_french(amount: str, expected: str) -> None:
    assert ' '.join(euros(Decimal(amount)).split()) == expected


@pytest.mark.parametrize(
    ('seconds', 'expected'),
    [
        (1, 'il y a un instant'),
        (40, 'il y a 40 secondes'),
        (60, 'il y a 1 minute'),
        (7300, 'il y a 2 heures'),
    ],
)
def test_ages_are_written_in_french(seconds: int, expected: str) -> None:
    assert age(datetime.now(UTC) - timedelta(seconds=seconds)).replace('\xa0', ' ') == expected


def test_the_two_cells_show_what_the_connector_answers(
    client: Client, one_regie: responses.RequestsMock
) -> None:
    one_regie.get(f'{CONNECTOR}regie/007/invoices/', json=a_list(an_invoice()))
    one_regie.get(
        f'{CONNECTOR}regie/007/invoices/history/', json=a_list(a_paid_invoice(display_id='29', id='1001-29'))
    )
    text = text_of(client.get('/'))
    assert 'Factures actives 1 Reste à payer 1 234,50 €' in text
    assert 'Cantine & goûter n° 30 du 1er mars 2026 · à payer avant le 1er avril 2026' in text
    assert 'Payable en ligne' in text
    assert 'Historique des factures 1' in text
    assert 'n° 29' in text


def test_every_call_is_signed_and_names_the_citizen(
    client: Client, one_regie: responses.RequestsMock
) -> None:
    one_regie.get(f'{CONNECTOR}regie/007/invoices/', json=a_list())
    one_regie.get(f'{CONNECTOR}regie/007/invoices/history/', json=a_list())
    client.post('/citoyen/', {'name_id': SOMEBODY_ELSE})
    client.get('/')
    for request in posted(one_regie, f'{CONNECTOR}regie/'):
        query = urlsplit(str(request.url)).query
        assert query.startswith(f'NameID={SOMEBODY_ELSE}&orig=portail.demo.example&algo=sha256&timestamp=')
        assert '&signature=' in query


def test_a_local_copy_is_told_with_its_age(client: Client, one_regie: responses.RequestsMock) -> None:
    one_regie.get(f'{CONNECTOR}regie/007/invoices/', json=a_list(an_invoice(), source='local', minutes=3))
    one_regie.get(f'{CONNECTOR}regie/007/invoices/history/', json=a_list())
    assert 'copie locale, il y a 3 minutes' in text_of(client.get('/'))


def test_the_trouble_of_one_regie_leaves_the_others_readable(
    client: Client, wire: responses.RequestsMock
) -> None:
    regies = [{'id': '007', 'text': 'Restauration'}, {'id': 'SEN', 'text': 'Séniors'}]
    wire.get(f'{CONNECTOR}regies/', json={'data': regies, 'err': 0})
    wire.get(re.compile(f'{CONNECTOR}regie/007/'), json=a_list(an_invoice()))
    wire.get(
        re.compile(f'{CONNECTOR}regie/SEN/'),
        json={'data': None, 'err': 1, 'err_desc': 'Maelis ne répond pas.'},
    )
    text = text_of(client.get('/'))
    assert 'Cantine & goûter' in text
    assert 'Séniors Maelis ne répond pas.' in text


@pytest.mark.parametrize(
    ('failure', 'expected'),
    [
        ({'body': requests.ConnectTimeout()}, 'Le connecteur n’a pas répondu à temps.'),
        ({'body': requests.ConnectionError()}, 'Le connecteur est injoignable.'),
        ({'body': '<html>'}, 'Le connecteur a répondu autre chose que du JSON.'),
        ({'json': {'err': 1, 'err_desc': 'no'}, 'status': 403}, 'Le connecteur refuse l’accès au portail.'),
    ],
)
def test_a_connector_in_trouble_is_told_readably(
    client: Client, wire: responses.RequestsMock, failure: dict[str, Any], expected: str
) -> None:
    wire.get(f'{CONNECTOR}regies/', **failure)
    assert expected in text_of(client.get('/'))


def test_a_citizen_without_invoices_can_link_a_family(
    client: Client, one_regie: responses.RequestsMock
) -> None:
    one_regie.get(re.compile(f'{CONNECTOR}regie/'), json=a_list())
    one_regie.post(f'{CONNECTOR}link/', json={'data': {}, 'err': 0})
    assert 'Aucune facture pour Camille Durand' in text_of(client.get('/'))
    client.post('/rattacher/', {'family_id': '1004'})
    (request,) = posted(one_regie, f'{CONNECTOR}link/')
    assert json.loads(request.body or '') == {'NameID': CAMILLE, 'family_id': '1004'}


def test_an_invoice_says_why_it_cannot_be_paid_online(client: Client, wire: responses.RequestsMock) -> None:
    late = an_invoice(online_payment=False, no_online_payment_reason='past-due-date')
    wire.get(INVOICE_URL, json={'data': late, 'err': 0})
    text = text_of(client.get(PAGE))
    assert 'Échéance dépassée' in text
    assert 'La date limite de paiement en ligne est dépassée' in text
    assert 'Payer' not in text


def test_a_pending_payment_is_told_and_watched(client: Client, wire: responses.RequestsMock) -> None:
    wire.get(INVOICE_URL, json={'data': a_paid_invoice(payment_pending=True), 'err': 0})
    answer = client.get(PAGE)
    assert 'Paiement en cours de prise en compte' in text_of(answer)
    assert f'data-live="{PAGE}etat/"' in answer.content.decode()
    wire.replace(responses.GET, INVOICE_URL, json={'data': a_paid_invoice(), 'err': 0})
    assert 'data-live' not in client.get(f'{PAGE}etat/').content.decode()


def test_an_unknown_invoice_is_not_found(client: Client, wire: responses.RequestsMock) -> None:
    wire.get(INVOICE_URL, json={'data': None, 'err': 1, 'err_desc': 'unknown'}, status=404)
    assert client.get(PAGE).status_code == 404


def test_the_pdf_is_passed_byte_for_byte(client: Client, wire: responses.RequestsMock) -> None:
    wire.get(f'{INVOICE_URL}pdf/', body=b'%PDF-1.7 \x00\xff')
    answer = client.get(f'{PAGE}pdf/')
    assert answer.content == b'%PDF-1.7 \x00\xff'
    assert answer['Content-Disposition'] == 'attachment; filename="facture-1001-30.pdf"'


def test_a_pdf_that_is_none_is_told_on_a_page(client: Client, wire: responses.RequestsMock) -> None:
    wire.get(f'{INVOICE_URL}pdf/', json={'data': None, 'err': 1, 'err_desc': 'Document indisponible.'})
    answer = client.get(f'{PAGE}pdf/')
    assert answer.status_code == 502
    assert 'Document indisponible.' in text_of(answer)


def at_the_bank(client: Client, **changes: str) -> Any:
    page = client.get(f'{PAGE}payer/')
    found = re.search(r'name="transaction_id" value="([^"]+)"', page.content.decode())
    assert found
    form = {'transaction_id': found[1], 'how_much': 'full', 'part': '', 'card': '4970 1000 2000 3456'}
    return client.post(f'{PAGE}payer/', {**form, **changes})


@pytest.fixture
def payable(wire: responses.RequestsMock) -> responses.RequestsMock:
    wire.get(INVOICE_URL, json={'data': an_invoice(), 'err': 0})
    wire.post(f'{INVOICE_URL}pay/', json={'data': True, 'err': 0})
    return wire


def notifications(wire: responses.RequestsMock) -> list[dict[str, Any]]:
    return [json.loads(request.body or '') for request in posted(wire, f'{INVOICE_URL}pay/')]


def test_paying_notifies_the_connector_as_lingo_does(client: Client, payable: responses.RequestsMock) -> None:
    answer = at_the_bank(client)
    assert answer.status_code == 302
    (request,) = posted(payable, f'{INVOICE_URL}pay/')
    assert urlsplit(str(request.url)).query.startswith('NameID=&email=&orig=portail.demo.example&algo=sha256')
    (notification,) = notifications(payable)
    assert notification['amount'] == '1234.50'
    assert answer['Location'] == f'/paiement/{notification["transaction_id"]}/'
    datetime.strptime(notification['transaction_date'], '%Y-%m-%dT%H:%M:%S')  # noqa: DTZ007
    assert '3456' in notification['bank_data']['card']
    assert '4970' not in json.dumps(notification)


def test_a_part_can_be_paid_with_a_comma(client: Client, payable: responses.RequestsMock) -> None:
    at_the_bank(client, how_much='part', part='12,5')
    assert notifications(payable)[0]['amount'] == '12.50'


@pytest.mark.parametrize(
    ('part', 'expected'),
    [
        ('', 'Indiquez le montant à payer.'),
        ('0', 'Le montant doit être supérieur à zéro.'),
        ('beaucoup', 'Indiquez un montant, par exemple 12,50.'),
        ('NaN', 'Indiquez un montant, par exemple 12,50.'),
        ('1234.51', 'C’est plus que ce qui reste à payer.'),
    ],
)
def test_the_bank_refuses_an_odd_amount(
    client: Client, payable: responses.RequestsMock, part: str, expected: str
) -> None:
    assert expected in text_of(at_the_bank(client, how_much='part', part=part))
    assert not notifications(payable)


def test_a_notification_that_failed_is_sent_again_unchanged(
    client: Client, payable: responses.RequestsMock
) -> None:
    payable.replace(responses.POST, f'{INVOICE_URL}pay/', json={'err': 1}, status=500)
    page = at_the_bank(client)['Location']
    assert 'mais le connecteur ne l’a pas encore enregistré' in text_of(client.get(page))
    payable.replace(responses.POST, f'{INVOICE_URL}pay/', json={'err': 0, 'data': True})
    client.post(f'{page}notifier/')
    text = text_of(client.get(page))
    assert 'Merci, votre paiement de 1 234,50 € est enregistré' in text
    assert 'HTTP 500' in text
    first, second = notifications(payable)
    assert first == second


def test_a_payment_is_only_known_to_the_browser_that_made_it(
    client: Client, payable: responses.RequestsMock
) -> None:
    page = at_the_bank(client)['Location']
    assert Client().get(page).status_code == 404


def test_an_invoice_that_is_not_payable_leads_back_to_its_page(
    client: Client, wire: responses.RequestsMock
) -> None:
    wire.get(INVOICE_URL, json={'data': a_paid_invoice(), 'err': 0})
    assert client.get(f'{PAGE}payer/')['Location'] == PAGE


def test_the_journal_shows_the_calls_without_their_signature(
    client: Client, payable: responses.RequestsMock
) -> None:
    at_the_bank(client)
    answer = client.get('/echanges/')
    text = text_of(answer)
    assert re.search(r'POST .*/invoice/1001-30/pay/ \?NameID=&email=&orig=portail.demo.example 200', text)
    assert 'signature=' not in answer.content.decode()
    assert 'nonce=' not in answer.content.decode()


def test_what_a_page_asks_again_and_again_is_not_in_the_journal(
    client: Client, payable: responses.RequestsMock
) -> None:
    client.get(f'{PAGE}etat/')
    assert 'Aucun appel pour l’instant' in text_of(client.get('/echanges/'))


@pytest.mark.parametrize(
    ('mode', 'down', 'faults'),
    [
        ('normal', False, []),
        ('down', True, []),
        ('slow', False, [{'mode': 'slow', 'ms': 3000}]),
        ('forgetful', False, [{'mode': 'commit_then_reset', 'operation': 'payInvoices'}]),
    ],
)
def test_a_switch_troubles_maelis(
    client: Client, with_maelis: responses.RequestsMock, mode: str, down: bool, faults: list[Any]
) -> None:
    with_maelis.post(f'{CONTROL}down', match=[json_params_matcher({'down': down})], json={})
    with_maelis.post(CONTROL, match=[json_params_matcher({'faults': faults})], json={})
    assert client.post('/coulisses/', {'mode': mode})['Location'] == '/'
    bodies = [json.loads(call.request.body or '') for call in with_maelis.calls]
    assert bodies == [{'down': down}, {'faults': faults}]


def test_the_lag_is_set_in_seconds(client: Client, with_maelis: responses.RequestsMock) -> None:
    client.post('/coulisses/', {'lag': '60'})
    assert [json.loads(call.request.body or '') for call in with_maelis.calls] == [{'lag': 60}]


def test_a_switch_never_leads_to_another_site(client: Client, with_maelis: responses.RequestsMock) -> None:
    away = client.post('/coulisses/', {'mode': 'normal'}, headers={'referer': 'https://elsewhere.example/'})
    back = client.post('/coulisses/', {'mode': 'normal'}, headers={'referer': f'http://testserver{PAGE}'})
    assert away['Location'] == '/'
    assert back['Location'] == f'http://testserver{PAGE}'


def test_the_panel_tells_what_maelis_applied_and_still_hides(
    client: Client, with_maelis: responses.RequestsMock
) -> None:
    entry = {'regie': '007', 'number': '30', 'numbers': ['30'], 'amount': '12.50', 'reference': 'T1'}
    with_maelis.replace(responses.GET, CONTROL, json={'down': True, 'lag': 300.0, 'faults': []})
    with_maelis.replace(
        responses.GET, f'{CONTROL}journal', json=[{**entry, 'time': datetime.now(UTC).isoformat()}]
    )
    text = text_of(client.get('/coulisses/', {'regie': '007', 'number': '30'}))
    assert 'Maelis est en panne' in text
    assert '1 paiement appliqué' in text
    assert re.search(r'12,50 € T1 caché encore (299|300) s', text)
    assert 'Aucun paiement appliqué' in text_of(client.get('/coulisses/', {'regie': 'SEN', 'number': '30'}))


def test_a_control_that_does_not_answer_is_told(
    client: Client, wire: responses.RequestsMock, settings: Any
) -> None:
    settings.PORTAL_SIMULATOR_CONTROL = CONTROL
    answer = client.post('/coulisses/', {'mode': 'down'}, headers={'x-fragment': '1'})
    assert 'Le simulateur n’obéit pas' in text_of(answer)
    assert 'Maelis ne dit rien' in text_of(answer)
