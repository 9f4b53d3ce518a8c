"""What an answer on the wire proves, told by an independent reader."""

import re
from typing import Any

from lxml import etree

from demo.simulator.faults import BUSINESS_CODES
from demo.simulator.process import Simulator
from tests.simulator.soap import Outcome, exchange

SOAP = '{http://schemas.xmlsoap.org/soap/envelope/}'


def verdict(outcome: Outcome) -> str:
    if outcome.end in ('refused', 'unanswered'):
        return 'never_left'
    if outcome.end != 'closed' or b'\r\n\r\n' not in outcome.data or announced(outcome) != len(outcome.body):
        return 'unknown'
    try:
        body = etree.fromstring(outcome.body).find(f'{SOAP}Body')
    except etree.XMLSyntaxError:
        return 'unknown'
    return 'unknown' if body is None or b'DOCTYPE' in outcome.body else what_it_says(outcome.status, body[0])


def what_it_says(status: int, element: etree._Element) -> str:
    if element.tag == f'{SOAP}Fault':
        return (
            'refused' if element.findtext('detail/{*}MaelisException/code') in BUSINESS_CODES else 'unknown'
        )
    is_payment = element.tag == '{invoice.ws.maelis.sigec.com}payInvoicesResponse'
    return 'done' if status == 200 and is_payment and element.findtext('result') == 'OK' else 'unknown'


def announced(outcome: Outcome) -> int:
    found = re.search(rb'Content-Length: (\d+)', outcome.head)
    return int(found[1]) if found else -1


def answer(simulator: Simulator, operation: str) -> Any:
    """The element in the body."""
    outcome = exchange(simulator, operation, deadline=20)
    return etree.fromstring(outcome.body, etree.XMLParser(huge_tree=True))[0][0]
