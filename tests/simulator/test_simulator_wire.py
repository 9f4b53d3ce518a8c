"""Faults of the connection, on the wire."""

import gzip
import re
import zlib
from pathlib import Path

import pytest
import requests
from lxml import etree

from demo.simulator.process import Simulator
from tests.simulator.judge import announced
from tests.simulator.soap import REQUESTS, Outcome, eventually, exchange


def test_a_late_commit_comes_after_the_connection_was_dropped(simulator: Simulator) -> None:
    simulator.fault('late_commit', seconds=0.5)
    assert exchange(simulator, 'payInvoices') == Outcome(b'', 'closed')
    assert simulator.journal() == []
    assert eventually(lambda: len(simulator.journal()) == 1)


@pytest.mark.parametrize(
    ('mode', 'end'),
    [
        ('refuse', 'refused'),
        ('blackhole', 'unanswered'),
        ('hang', 'late'),
        ('commit_then_hang', 'late'),
        ('reset_before_commit', 'reset'),
        ('commit_then_reset', 'reset'),
        ('commit_then_close', 'closed'),
    ],
)
def test_nothing_at_all_comes_back(simulator: Simulator, mode: str, end: str) -> None:
    with simulator.fault(mode):
        assert exchange(simulator, 'payInvoices') == Outcome(b'', end)
    assert exchange(simulator, 'readInvoices').status == 200


def test_a_blackhole_goes_on_after_the_first_connections(simulator: Simulator) -> None:
    with simulator.fault('blackhole'):
        ends = {exchange(simulator, 'readRegieList', deadline=0.2).end for _ in range(4)}
    assert ends == {'unanswered'}


@pytest.mark.parametrize('mode', ['header_trickle', 'body_trickle'])
def test_bytes_come_one_by_one(simulator: Simulator, mode: str) -> None:
    simulator.fault(mode, interval=0.1)
    outcome = exchange(simulator, 'readInvoices', deadline=1)
    assert outcome.end == 'late'
    trickled = outcome.data if mode == 'header_trickle' else outcome.body
    assert 1 <= len(trickled) <= 12
    assert (b'\r\n\r\n' in outcome.data) == (mode == 'body_trickle')


def test_headers_are_cut(simulator: Simulator) -> None:
    simulator.fault('cut_headers')
    outcome = exchange(simulator, 'payInvoices')
    assert outcome.end == 'closed'
    assert b'HTTP/1.1 200 OK' in outcome.data and b'\r\n\r\n' not in outcome.data


def test_half_of_the_body_comes(simulator: Simulator) -> None:
    simulator.fault('half_body')
    outcome = exchange(simulator, 'readInvoices')
    assert outcome.end == 'closed'
    assert 0 < len(outcome.body) < announced(outcome)


def test_truncated_xml_has_the_length_that_was_announced(simulator: Simulator) -> None:
    simulator.fault('truncated_xml')
    outcome = exchange(simulator, 'readInvoices')
    assert len(outcome.body) == announced(outcome)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(outcome.body)


@pytest.mark.parametrize(
    ('mode', 'status', 'body'),
    [
        ('empty_200', 200, b''),
        ('empty_202', 202, b''),
        ('html_200', 200, b'<html>'),
        ('commit_then_500', 500, b'<html>'),
    ],
)
def test_something_that_is_not_soap_comes_back(
    simulator: Simulator, mode: str, status: int, body: bytes
) -> None:
    simulator.fault(mode)
    outcome = exchange(simulator, 'payInvoices')
    assert (outcome.status, body in outcome.body) == (status, True)
    assert bool(outcome.body) == bool(body)


def test_a_redirect_points_to_the_simulator_and_pays_who_follows(simulator: Simulator) -> None:
    simulator.fault('redirect')
    outcome = exchange(simulator, 'payInvoices')
    assert f'Location: {simulator.service_url}?redirected=1'.encode() in outcome.head
    assert simulator.journal() == []
    requests.post(simulator.service_url, REQUESTS['payInvoices'], timeout=5)
    assert (len(simulator.journal()), simulator.calls()['redirected']) == (1, 1)


def test_an_answer_of_200_mb_is_streamed_not_built(simulator: Simulator) -> None:
    simulator.fault('big_answer_200mb')
    with requests.post(simulator.service_url, REQUESTS['readInvoices'], stream=True, timeout=20) as response:
        size = sum(len(piece) for piece in response.iter_content(1_000_000))
    assert size > 200_000_000
    assert simulator.process
    peak = re.search(r'VmHWM:\s+(\d+) kB', Path(f'/proc/{simulator.process.pid}/status').read_text())
    assert peak and int(peak[1]) < 180_000


def test_a_little_gzip_becomes_a_lot(simulator: Simulator) -> None:
    simulator.fault('gzip_bomb', megabytes=20)
    with requests.post(simulator.service_url, REQUESTS['readInvoices'], stream=True, timeout=20) as response:
        packed = b''.join(response.raw.stream(decode_content=False))
    assert response.headers['Content-Encoding'] == 'gzip'
    assert len(packed) < 60_000
    assert len(gzip.decompress(packed)) > 20_000_000
    assert zlib.decompressobj(31).decompress(packed, 10).startswith(b'<?xml')
