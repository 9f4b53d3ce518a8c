"""Publik's signature: the vectors first, then what they leave out."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from passerelle_maelis_invoices.publik.signature import SignatureRefused, check_signature, sign_query

FILE = Path(__file__).resolve().parents[1] / 'vectors' / 'publik_signature.json'
WINDOW = timedelta(seconds=30)
NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
ORIG, KEY = 'portal.example.org', 'pub-3f9c0a7be1d24c58'
VECTORS: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text())


class Verifier:
    """Remembers nonces in memory."""

    def __init__(self, keys: dict[str, list[str]]) -> None:
        self.keys = keys
        self.seen: set[tuple[str, str]] = set()

    def check(self, query: str, now: datetime = NOW) -> str:
        return check_signature(
            query,
            keys_for=lambda orig: self.keys.get(orig, []),
            remember_nonce=self._remember,
            now=now,
            window=WINDOW,
        )

    def _remember(self, orig: str, nonce: str, expires_at: datetime) -> bool:
        new = (orig, nonce) not in self.seen
        self.seen.add((orig, nonce))
        return new


def rows(kind: str) -> list[Any]:
    return [pytest.param(row, id=row['id']) for row in VECTORS[kind]]


def test_every_vector_is_tried() -> None:
    assert {kind: len(VECTORS[kind]) for kind in ('cases', 'accepted_variants', 'refused')} == {
        'cases': 16,
        'accepted_variants': 5,
        'refused': 47,
    }


@pytest.mark.parametrize('row', rows('cases'))
def test_p14_we_sign_as_the_portal_does(row: dict[str, Any]) -> None:
    signed = sign_query(
        urlsplit(row['url']).query, key=row['key'], now=_moment(row['timestamp']), nonce=row['nonce']
    )
    assert signed == urlsplit(row['signed_url']).query


@pytest.mark.parametrize('row', rows('cases'))
def test_p14_what_the_portal_signs_is_accepted_within_the_window(row: dict[str, Any]) -> None:
    for offset in row.get('accepted_at_now_offsets_s', []):
        now = _moment(row['timestamp']) + timedelta(seconds=offset)
        verifier = Verifier({row['orig']: [row['key']]})
        assert verifier.check(urlsplit(row['signed_url']).query, now) == row['orig']


@pytest.mark.parametrize('row', rows('accepted_variants'))
def test_p14_harmless_variants_are_accepted(row: dict[str, Any]) -> None:
    verifier, query, now = _prepared(row)
    assert verifier.check(query, now)


@pytest.mark.parametrize('row', rows('refused'))
def test_p14_all_else_is_refused_for_its_reason(row: dict[str, Any]) -> None:
    verifier, query, now = _prepared(row)
    with pytest.raises(SignatureRefused) as refused:
        verifier.check(query, now)
    assert refused.value.reason == row['reason']


def test_p14_no_byte_of_a_signed_query_can_be_changed() -> None:
    """Only the quoting of the signature is free, and then the request is the one that was signed."""
    query = sign_query(f'NameID=b663530a&orig={ORIG}', key=KEY, now=NOW, nonce='23ea59fc')
    signed = query.partition('&signature=')[0]
    mutants = list(_mutants(query))
    assert len(mutants) > 500
    for mutant in mutants:
        verifier = Verifier({ORIG: [KEY]})
        try:
            verifier.check(mutant)
        except SignatureRefused:
            assert not verifier.seen, f'{mutant!r} was refused, yet its nonce is spent'
        else:
            assert mutant.startswith(f'{signed}&signature=')
            assert parse_qsl(mutant) == parse_qsl(query)


def test_either_key_is_good_during_a_rotation() -> None:
    verifier = Verifier({ORIG: ['old', 'new']})
    for key in ('old', 'new'):
        assert verifier.check(sign_query(f'orig={ORIG}', key=key, now=NOW, nonce=key)) == ORIG


def test_an_empty_key_opens_nothing() -> None:
    with pytest.raises(SignatureRefused) as refused:
        Verifier({ORIG: ['']}).check(sign_query(f'orig={ORIG}', key='', now=NOW, nonce='1'))
    assert refused.value.reason == 'unknown-orig'


@pytest.mark.parametrize('nonce', ['x' * 251, 'a\0b'], ids=['too long', 'zero byte'])
def test_a_nonce_that_no_row_could_hold_is_refused(nonce: str) -> None:
    with pytest.raises(SignatureRefused) as refused:
        Verifier({ORIG: [KEY]}).check(sign_query(f'orig={ORIG}', key=KEY, now=NOW, nonce=nonce))
    assert refused.value.reason == 'nonce-missing'


def test_a_nonce_is_remembered_past_the_last_moment_at_which_it_would_be_accepted() -> None:
    until: list[datetime] = []

    def remember(orig: str, nonce: str, expires_at: datetime) -> bool:
        until.append(expires_at)
        return True

    query = sign_query(f'orig={ORIG}', key=KEY, now=NOW, nonce='1')
    check_signature(query, keys_for=lambda _: [KEY], remember_nonce=remember, now=NOW, window=WINDOW)
    assert until[0] > NOW + WINDOW


def test_two_callers_may_use_the_same_nonce() -> None:
    verifier = Verifier({ORIG: [KEY], 'other.example.org': [KEY]})
    for orig in (ORIG, 'other.example.org'):
        verifier.check(sign_query(f'orig={orig}', key=KEY, now=NOW, nonce='1'))


def test_bytes_that_are_no_text_are_verified_as_they_are() -> None:
    query = sign_query(f'q=\xff\xfe&orig={ORIG}', key=KEY, now=NOW, nonce='1')
    signed, _, signature = query.partition('&signature=')
    travelled = hmac.new(KEY.encode(), signed.encode('latin-1'), 'sha256').digest()
    assert b64decode(unquote(signature)) == travelled
    assert Verifier({ORIG: [KEY]}).check(query) == ORIG


def _prepared(row: dict[str, Any]) -> tuple[Verifier, str, datetime]:
    verifier = Verifier({orig: [key] for orig, key in row['known_keys'].items()})
    now = _moment(row['now'])
    for url in row['prior_urls']:
        verifier.check(urlsplit(url).query, now)
    return verifier, urlsplit(row['url']).query, now


def _mutants(query: str) -> Any:
    for i, character in enumerate(query):
        yield query[:i] + query[i + 1 :]
        yield query[:i] + character + query[i:]
        yield query[:i] + '&' + query[i:]
        for mutated in {chr(ord(character) ^ 1), chr(ord(character) ^ 0x20), '\xe9', '%'} - {character}:
            yield query[:i] + mutated + query[i + 1 :]


def _moment(text: str) -> datetime:
    return datetime.strptime(text, '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=UTC)
