"""What all addresses have in common: methods, spellings, headers, errors."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from passerelle_maelis_invoices.publik.operations import OPERATIONS, Operation
from tests.builders import a_payment, an_invoice
from tests.endpoints.conftest import HOME, Portal

EVERY = [
    pytest.param(operation, path, id=f'{operation.method} {path}')
    for operation in OPERATIONS
    for path in operation.paths
]


def below(path: str) -> str:
    """A path of the table as the tail of an address."""
    return path.lstrip('/').format(regie='102', invoice_id='1312-30', export_id='1')


def call(portal: Portal, operation: Operation, tail: str) -> Any:
    if operation.method == 'get':
        return portal.get(tail)
    return portal.post(tail, {'transaction_id': 'T1', 'NameID': 'x', 'family_id': '1312'})


@pytest.mark.parametrize('append_slash', [True, False])
@pytest.mark.parametrize(('operation', 'path'), EVERY)
def test_both_spellings_are_served_and_never_redirected(
    portal: Portal, settings: Any, operation: Operation, path: str, append_slash: bool
) -> None:
    settings.APPEND_SLASH = append_slash
    a_payment(of=an_invoice('30'))
    answers = [call(portal, operation, tail) for tail in (below(path), below(path).rstrip('/'))]
    assert answers[0].status_code == answers[1].status_code not in (301, 302, 404)
    assert answers[0].headers['Content-Type'] == answers[1].headers['Content-Type']


@pytest.mark.parametrize(('operation', 'path'), EVERY)
def test_no_answer_may_be_kept_or_sets_a_cookie(portal: Portal, operation: Operation, path: str) -> None:
    for answer in (call(portal, operation, below(path)), Client().get(f'{HOME}/toulouse{path}')):
        assert answer['Cache-Control'] == 'no-store, private'
        assert answer['X-Content-Type-Options'] == 'nosniff'
        assert not answer.cookies
        assert 'X-Error-Code' not in answer


@pytest.mark.parametrize(('operation', 'path'), EVERY)
def test_another_method_is_refused_with_those_that_are_allowed(
    portal: Portal, operation: Operation, path: str
) -> None:
    methods = {other.method for other in OPERATIONS if path in other.paths}
    allowed = ', '.join({'get': 'GET, HEAD', 'post': 'POST'}[method] for method in sorted(methods))
    for method in {'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'BREW'} - set(
        allowed.split(', ')
    ):
        answer = portal.http.generic(method, portal.url(below(path)))
        assert (answer.status_code, answer['Allow']) == (405, allowed)
        assert method == 'HEAD' or answer.json()['err_class'] == 'method-not-allowed'


def test_a_refused_method_is_told_in_french(portal: Portal) -> None:
    answer = portal.http.delete(portal.url('regies/'))
    assert answer.json()['err_desc'] == 'Méthode non permise ; utilisez GET ou HEAD.'


@pytest.mark.parametrize('tail', ['regies/', 'regie/102/invoices/', 'openapi.json'])
def test_head_is_get_without_its_body(portal: Portal, tail: str) -> None:
    answer = portal.http.head(portal.url(tail))
    assert (answer.status_code, answer.content) == (200, b'')
    assert answer['Content-Type'] == 'application/json'


def test_options_tells_the_methods_and_nothing_else() -> None:
    answer = Client().options(f'{HOME}/anything/regie/102/invoices/')
    assert (answer.status_code, answer['Allow'], answer.content) == (200, 'GET, HEAD, OPTIONS', b'')


@pytest.mark.parametrize('method', ['get', 'post', 'put'])
@pytest.mark.parametrize(
    'tail',
    ['', 'nothing', 'regie/102', 'regie/102/invoice//', 'regie/102/invoice/1/2/3', 'regie/a/b/invoices/'],
)
def test_an_address_that_does_not_exist_has_the_same_envelope(portal: Portal, tail: str, method: str) -> None:
    answer = getattr(portal.http, method)(portal.url(tail))
    assert (answer.status_code, answer.json()['err_class']) == (404, 'not-found')


def test_a_bug_is_logged_and_told_without_its_trace(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError('secret detail')

    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.invoices.read_invoice', fail)
    answer = portal.get('regie/102/invoice/1312-30/')
    assert (answer.status_code, answer.json()['err_class']) == (500, 'internal-error')
    assert 'secret detail' not in answer.content.decode()
    assert 'secret detail' in caplog.text


def test_too_many_parameters_are_a_bad_request(portal: Portal) -> None:
    answer = Client().get(f'{HOME}/toulouse/regies/?' + 'a=1&' * 2000)
    assert (answer.status_code, answer.json()['err_class']) == (400, 'bad-request')


def test_an_answer_is_committed_before_it_is_sent_on_a_site_with_atomic_requests() -> None:
    from django.urls import resolve

    for tail in ('regie/102/invoice/1312-30/pay/', 'regies/', 'link/'):
        view = resolve(f'{HOME}/toulouse/{tail}').func
        assert view._non_atomic_requests == {'default'}
        assert view.csrf_exempt and view.login_required is False


def test_csrf_tokens_are_never_asked_for(portal: Portal) -> None:
    portal.http = Client(enforce_csrf_checks=True)
    assert portal.post('regie/102/invoice/1312-30/pay/', {'transaction_id': 'T1'}).status_code == 200
