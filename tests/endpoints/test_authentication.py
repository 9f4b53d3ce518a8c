"""Who may call: three kinds of client, one refusal."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from passerelle_maelis_invoices.errors import Forbidden
from passerelle_maelis_invoices.models import ApiClient, Nonce, Payment, Regie
from passerelle_maelis_invoices.publik.signature import sign_query
from tests.builders import KEY, a_connector, a_regie, an_api_client
from tests.endpoints.conftest import HOME, Portal

GETS = [
    'regies/',
    'status/',
    'openapi.json',
    'regie/102/invoices/',
    'regie/102/invoices/history/',
    'regie/102/invoice/current/',
    'regie/102/invoice/history/',
    'regie/102/invoice/1312-30/',
    'regie/102/invoice/detail/',
    'regie/102/invoice/1312-30/pdf/',
    'regie/102/invoice/pdf/',
    'regie/102/users/with-pending-invoices/',
    'regie/unknown/invoices/',
    'nothing/here',
    '',
]
POSTS = [
    'link/',
    'unlink/',
    'regie/102/invoice/1312-30/pay/',
    'regie/102/invoice/pay/',
    'regie/unknown/invoice/1/pay/',
]
REFUSED = {'data': None, 'err': 1, 'err_class': 'forbidden', 'err_desc': Forbidden.message}


def basic(username: str, password: str) -> dict[str, Any]:
    return {'HTTP_AUTHORIZATION': f'Basic {b64encode(f"{username}:{password}".encode()).decode()}'}


def url(tail: str = 'regies/', slug: str = 'toulouse', **query: str) -> str:
    return f'{HOME}/{slug}/{tail}?{urlencode(query)}'


def assert_refused(answer: Any) -> None:
    assert (answer.status_code, answer.json()) == (403, REFUSED)
    assert not answer.cookies and 'Location' not in answer and 'WWW-Authenticate' not in answer


@pytest.mark.parametrize('tail', [*GETS, *POSTS])
@pytest.mark.parametrize('slug', ['toulouse', 'unknown'])
def test_a_stranger_is_refused_everywhere_in_the_same_words(regie: Regie, tail: str, slug: str) -> None:
    method = Client().post if tail in POSTS else Client().get
    assert_refused(method(url(tail, slug)))
    assert_refused(method(url(tail, slug, apikey='wrong')))


@pytest.mark.parametrize('kind', ['signature', 'key', 'account'])
def test_three_kinds_of_client_are_let_in(regie: Regie, kind: str) -> None:
    an_api_client(api_key='clé-1', username='lecteur', password='pass:é')
    calls = {
        'signature': lambda: Portal().get('regies/'),
        'key': lambda: Client().get(url(apikey='clé-1')),
        'account': lambda: Client().get(url(), **basic('lecteur', 'pass:é')),
    }
    assert calls[kind]().json() == {'data': [{'id': '102', 'text': 'Régie 102'}], 'err': 0}


@pytest.mark.parametrize('kind', ['signature', 'key', 'account'])
def test_an_inactive_client_is_refused(regie: Regie, kind: str) -> None:
    an_api_client(api_key='k', username='u', password='p', active=False)
    calls = {
        'signature': lambda: Portal().get('regies/'),
        'key': lambda: Client().get(url(apikey='k')),
        'account': lambda: Client().get(url(), **basic('u', 'p')),
    }
    assert_refused(calls[kind]())


@pytest.mark.parametrize('query', [{'apikey': ''}, {'apikey': 'K'}, {'apikey': 'a\0b'}])
def test_a_wrong_key_is_refused(regie: Regie, query: dict[str, str]) -> None:
    an_api_client(api_key='k')
    an_api_client('without-key')
    assert_refused(Client().get(url(**query)))


@pytest.mark.parametrize(
    'header',
    [
        'Basic',
        'Basic !!!',
        'Basic dTpw',
        'Bearer dTpwYXNz',
        f'Basic {b64encode(b"nocolon").decode()}',
        f'Basic {b64encode(b"u:").decode()}',
        f'Basic {b64encode(bytes([255, 58])).decode()}',
        f'Basic {b64encode(b"a" + bytes(1) + b":p").decode()}',
    ],
)
def test_a_wrong_account_is_refused(regie: Regie, header: str) -> None:
    an_api_client(username='u', password='pass')
    assert_refused(Client().get(url(), HTTP_AUTHORIZATION=header))


def test_an_account_without_password_is_no_account(regie: Regie) -> None:
    an_api_client(username='u')
    assert_refused(Client().get(url(), **basic('u', '')))


def test_a_signature_wins_over_the_rest(regie: Regie) -> None:
    an_api_client(api_key='k')
    forged = url(apikey='k', orig='portal.example.org', signature='AAAA')
    assert_refused(Client().get(forged))


@pytest.mark.parametrize('kind', ['forged', 'late', 'unknown orig', 'other key'])
def test_p14_a_request_that_was_not_signed_for_us_has_no_effect(portal: Portal, kind: str) -> None:
    tail, body = 'regie/102/invoice/1312-30/pay/', {'transaction_id': 'T1'}
    senders = {'unknown orig': Portal(orig='nobody.example.org'), 'other key': Portal(key='other')}
    target = senders.get(kind, portal).url(tail)
    if kind == 'forged':
        target = target.replace('orig=', 'x=1&orig=')
    with time_machine.travel(timezone.now() + timedelta(seconds=31 if kind == 'late' else 0)):
        assert_refused(portal.http.post(target, body, content_type='application/json'))
    assert not Payment.objects.exists()


def test_p14_a_replayed_request_has_no_effect(portal: Portal) -> None:
    signed = portal.url('regie/102/invoice/1312-30/pay/')
    for status, transaction in ((200, 'T1'), (403, 'T2')):
        answer = portal.http.post(signed, {'transaction_id': transaction}, content_type='application/json')
        assert answer.status_code == status
    assert [payment.transaction_id for payment in Payment.objects.all()] == ['T1']


def test_p14_a_nonce_is_spent_for_every_address(portal: Portal) -> None:
    signed = portal.url('regies/')
    assert portal.http.get(signed).status_code == 200
    assert_refused(portal.http.get(signed.replace('regies', 'status')))


def test_a_site_may_accept_replays(portal: Portal, settings: Any) -> None:
    settings.MAELIS_INVOICES_CHECK_NONCES = False
    signed = portal.url('regies/')
    assert [portal.http.get(signed).status_code for _ in range(2)] == [200, 200]
    assert not Nonce.objects.exists()


def test_the_window_is_a_setting(portal: Portal, settings: Any) -> None:
    settings.MAELIS_INVOICES_SIGNATURE_WINDOW = 300
    signed = portal.url('regies/')
    with time_machine.travel(timezone.now() + timedelta(seconds=290)):
        assert portal.http.get(signed).status_code == 200


def test_expired_nonces_are_taken_away_now_and_then(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('passerelle_maelis_invoices.use_cases.authenticate.PURGE_EVERY', 1)
    Nonce.objects.create(orig='x', nonce='old', expires_at=timezone.now() - timedelta(seconds=1))
    portal.get('regies/')
    assert [row.orig for row in Nonce.objects.all()] == ['portal.example.org']


def test_both_keys_sign_during_a_rotation(regie: Regie) -> None:
    an_api_client(keys=['old', 'new'])
    assert [Portal(key=key).get('regies/').status_code for key in ('old', 'new', KEY)] == [200, 200, 403]


def test_text_that_is_not_ascii_is_signed_as_it_travels(portal: Portal) -> None:
    signed = sign_query('q=\xe9\xff&orig=portal.example.org', key=KEY, now=timezone.now(), nonce='1')
    answer = Client().get(f'{HOME}/toulouse/regies/', QUERY_STRING=signed)
    assert answer.status_code == 200


@pytest.mark.parametrize('tail', ['regies/', 'status/', 'regie/102/invoices/', 'link/', 'nothing'])
def test_p4_a_client_of_another_connector_is_refused(portal: Portal, tail: str) -> None:
    a_regie('102', connector=a_connector('lyon'))
    assert_refused(Portal('lyon').get(tail) if tail != 'link/' else Portal('lyon').post(tail, {}))


def test_a_client_is_told_that_a_connector_does_not_exist(portal: Portal) -> None:
    answer = Portal('toulouze').get('regies/')
    assert (answer.status_code, answer.json()['err_class']) == (404, 'not-found')
    assert 'vérifiez l’adresse' in answer.json()['err_desc']


def test_a_client_is_told_that_a_regie_does_not_exist(portal: Portal) -> None:
    answer = portal.get('regie/7/invoices/')
    assert (answer.status_code, answer.json()['err_class']) == (404, 'not-found')
    assert 'la régie' in answer.json()['err_desc']


@pytest.mark.parametrize('code', ['SEN', 'unknown', 'a%00b'])
def test_p4_a_client_limited_to_some_regies_learns_nothing_of_others(regie: Regie, code: str) -> None:
    a_regie('SEN')
    an_api_client(regies=[regie])
    portal = Portal()
    assert portal.get('regie/102/invoices/').status_code == 200
    assert_refused(portal.get(f'regie/{code}/invoices/'))
    assert_refused(portal.post(f'regie/{code}/invoice/1312-30/pay/', {'transaction_id': 'T1'}))
    assert [row['id'] for row in portal.get('regies/').json()['data']] == ['102']


def test_a_zero_byte_in_an_address_is_unknown(portal: Portal) -> None:
    assert portal.get('regie/a%00b/invoices/').status_code == 404
    assert Portal('a%00b').get('regies/').status_code == 404


def test_the_reason_of_a_refusal_is_logged(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level('INFO', 'passerelle_maelis_invoices')
    Portal(key='other').get('regies/')
    assert 'bad-signature' in caplog.text


def test_a_client_without_orig_cannot_sign(regie: Regie) -> None:
    an_api_client(orig=None, api_key='k')
    assert ApiClient.objects.get().orig is None
    assert_refused(Portal(orig='').get('regies/'))
