"""What is understood of a notification, what is flagged, and the little that is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle_maelis_invoices.domain.notice import PaymentNotice
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.publik.payment_notice import read_notice

JSON, FORM = 'application/json', 'application/x-www-form-urlencoded'
LINGO = {
    'transaction_id': '7c1b2f',
    'transaction_date': '2026-03-14T09:26:53',
    'order_id': 'O-1',
    'bank_transaction_id': 'B-1',
    'bank_transaction_date': '2026-03-14T09:26:50',
    'bank_data': {'brand': 'CB'},
    'amount': '12.50',
    'email': 'camille@example.org',
}


def read(fields: Any) -> PaymentNotice:
    return read_notice(json.dumps(fields).encode(), JSON)


def test_a_notification_of_the_portal_is_read_and_its_body_kept() -> None:
    notice = read(LINGO)
    assert (notice.transaction_id, notice.amount, notice.oddities) == ('7c1b2f', Decimal('12.50'), ())
    assert notice.paid_at == datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
    assert (notice.order_id, notice.bank_transaction_id) == ('O-1', 'B-1')
    assert json.loads(notice.raw) == LINGO


def test_a_form_says_the_same() -> None:
    fields = {name: value for name, value in LINGO.items() if name != 'bank_data'}
    notice = read_notice(urlencode(fields).encode(), FORM)
    assert (notice.transaction_id, notice.amount) == ('7c1b2f', Decimal('12.50'))


def test_json_announced_as_a_form_is_read_all_the_same() -> None:
    assert read_notice(json.dumps(LINGO).encode(), FORM).transaction_id == '7c1b2f'


def test_a_transaction_alone_is_enough() -> None:
    assert read({'transaction_id': ' T1 '}) == PaymentNotice('T1', raw='{"transaction_id": " T1 "}')


@pytest.mark.parametrize(
    ('sent', 'amount'),
    [('"12.50"', '12.50'), ('12.5', '12.50'), ('12', '12.00'), ('1.25e1', '12.50'), ('0.1', '0.10')],
)
def test_an_amount_is_a_number_or_a_string_and_never_a_float(sent: str, amount: str) -> None:
    notice = read_notice(f'{{"transaction_id": "T1", "amount": {sent}}}'.encode(), JSON)
    assert (notice.amount, notice.oddities) == (Decimal(amount), ())


@pytest.mark.parametrize(
    'amount',
    [
        '12,50',
        'NaN',
        'Infinity',
        '1e400',
        '-5',
        '0',
        '12.505',
        'douze',
        '1_000',
        '१२',
        True,
        [],
        {},
        '1' * 20,
    ],
)
def test_an_amount_that_is_none_is_flagged_not_refused(amount: Any) -> None:
    notice = read({'transaction_id': 'T1', 'amount': amount})
    assert (notice.amount, notice.oddities) == (None, ('unreadable-amount',))


@pytest.mark.parametrize('amount', [None, ''])
def test_no_amount_means_what_is_left_to_pay(amount: Any) -> None:
    notice = read({'transaction_id': 'T1', 'amount': amount})
    assert (notice.amount, notice.oddities) == (None, ())


@pytest.mark.parametrize(
    'sent',
    ['2026-03-14T10:26:53+01:00', '2026-03-14T09:26:53Z', '2026-03-14T09:26:53', '2026-03-14 09:26:53'],
)
def test_a_date_without_zone_is_utc(sent: str) -> None:
    notice = read({'transaction_id': 'T1', 'transaction_date': sent})
    assert notice.paid_at == datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


@pytest.mark.parametrize('sent', ['14/03/2026', 'hier', 1773480413, '0001-01-01T00:00:00+14:00', [], True])
def test_a_date_that_is_none_is_flagged_not_refused(sent: Any) -> None:
    notice = read({'transaction_id': 'T1', 'transaction_date': sent})
    assert (notice.paid_at, notice.oddities) == (None, ('unreadable-date',))


@pytest.mark.parametrize(('sent', 'read_as'), [(12345, '12345'), (10**30, str(10**30)), ('é&ü', 'é&ü')])
def test_a_reference_may_be_a_number(sent: Any, read_as: str) -> None:
    assert read({'transaction_id': sent}).transaction_id == read_as


@pytest.mark.parametrize(
    ('fields', 'reason'),
    [
        ({}, 'Requête invalide : le champ « transaction_id » est obligatoire.'),
        ({'transaction_id': '  '}, 'Requête invalide : le champ « transaction_id » est vide ou mal formé.'),
        ({'transaction_id': None}, 'Requête invalide : le champ « transaction_id » n’est pas du bon type.'),
        ({'transaction_id': True}, 'Requête invalide : le champ « transaction_id » n’est pas du bon type.'),
        (
            {'transaction_id': 'x' * 201},
            'Requête invalide : le champ « transaction_id » dépasse 200 caractères.',
        ),
        (
            {'transaction_id': 'a\0b'},
            'Requête invalide : le champ « transaction_id » contient des caractères de contrôle.',
        ),
        ([], 'Le corps de la requête doit être un objet JSON.'),
        ('T1', 'Le corps de la requête doit être un objet JSON.'),
    ],
)
def test_the_refusal_names_the_field(fields: Any, reason: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(fields)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    'body',
    [b'', b'{', b'transaction_id=T1', b'\xff\xfe\xfd', b'[' * 100_000],
    ids=['empty', 'cut', 'form', 'bytes', 'deep'],
)
def test_what_is_not_json_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(BadRequest, match='Le corps de la requête n’est pas du JSON lisible'):
        read_notice(body, JSON)


def test_an_empty_form_names_the_field_that_it_lacks() -> None:
    with pytest.raises(BadRequest, match='transaction_id » est obligatoire'):
        read_notice(b'', FORM)


def test_what_a_database_refuses_is_kept_as_escapes() -> None:
    notice = read_notice(rb'{"transaction_id": "T\ud800", "order_id": "a\u0000b"}', JSON)
    assert (notice.transaction_id, notice.order_id) == (r'T\ud800', r'a\x00b')
    assert read_notice(b'transaction_id=T1&x=\0\xff', FORM).raw == r'transaction_id=T1&x=\x00\xff'


def test_a_reference_of_the_bank_is_kept_whatever_its_shape() -> None:
    notice = read({'transaction_id': 'T1', 'order_id': {'n': 1}, 'bank_transaction_id': 'x' * 300})
    assert (notice.order_id, len(notice.bank_transaction_id)) == ('{"n": "1"}', 250)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([JSON, FORM, '']))
def test_p13_no_body_is_more_than_a_refusal(body: bytes, content_type: str) -> None:
    try:
        read_notice(body, content_type).raw.encode()
    except BadRequest as refused:
        assert str(refused)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([*LINGO, 'other']), ANYTHING))
def test_p6_with_a_transaction_nothing_else_is_refused(fields: dict[str, Any]) -> None:
    notice = read({**fields, 'transaction_id': 'T1'})
    assert notice.transaction_id == 'T1'
    assert notice.amount is None or notice.amount > 0
