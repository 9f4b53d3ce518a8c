"""What a connector says of itself: its régies, its users to remind, its state."""

from __future__ import annotations

import pytest

from passerelle_maelis_invoices.use_cases.check_connector import Check, Level, Status
from tests.builders import NAME_ID, a_connector, a_link, a_payment, a_regie, an_invoice
from tests.endpoints.conftest import Portal


@pytest.mark.parametrize('tail', ['regies/', 'regies'])
def test_active_regies_are_a_data_source(portal: Portal, tail: str) -> None:
    a_regie('007', label='Crèche & périscolaire')
    a_regie('SEN', active=False)
    a_regie('1', connector=a_connector('lyon'))
    assert portal.get(tail).json() == {
        'data': [{'id': '007', 'text': 'Crèche & périscolaire'}, {'id': '102', 'text': 'Régie 102'}],
        'err': 0,
    }


@pytest.mark.parametrize('slash', ['/', ''])
def test_users_with_something_to_pay_are_listed(portal: Portal, slash: str) -> None:
    a_link()
    a_link('other', '2000')
    an_invoice('30')
    an_invoice('28', paid='42.00')
    a_payment(of=an_invoice('50', family='2000'))
    an_invoice('60', family='3000')
    data = portal.get(f'regie/102/users/with-pending-invoices{slash}').json()['data']
    assert {user: [i['id'] for i in pending['invoices']] for user, pending in data.items()} == {
        NAME_ID: ['1312-30']
    }


@pytest.mark.parametrize('tail', ['status/', 'status'])
def test_a_connector_that_works_says_so(portal: Portal, monkeypatch: pytest.MonkeyPatch, tail: str) -> None:
    status = Status((Check('maelis', Level.OK, 'Maelis répond.'), Check('late', Level.WARNING, 'À voir.')))
    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.status.connector_status', lambda _: status)
    assert portal.get(tail).json() == {
        'data': [
            {'name': 'maelis', 'ok': True, 'message': 'Maelis répond.'},
            {'name': 'late', 'ok': True, 'message': 'À voir.'},
        ],
        'meta': {'outages': []},
        'err': 0,
    }


def test_a_connector_whose_maelis_is_down_says_what_is_wrong(portal: Portal) -> None:
    answer = portal.get('status/')
    assert answer.status_code == 200
    assert (answer.json()['data'], answer.json()['err'], answer.json()['err_class']) == (
        None,
        1,
        'connector-down',
    )
    assert answer.json()['err_desc']
